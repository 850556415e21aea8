"""Scores hypotheses with NLTK's sentence_bleu, for `-- metrics`: reads sentences, prints the seconds and the scores.

Arguments: the file of the references, the file of the hypotheses (one sentence a line), the highest order.
"""

import json
import sys
import time

from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu


def read(path):
    with open(path, encoding="utf-8") as file:
        return [line.split() for line in file]


references, hypotheses, highest = read(sys.argv[1]), read(sys.argv[2]), int(sys.argv[3])
smoothing = SmoothingFunction().method1
start = time.perf_counter()
scores = [
    [sentence_bleu(references, hypothesis, [1 / order] * order, smoothing) for order in range(1, highest + 1)]
    for hypothesis in hypotheses
]
all_orders = time.perf_counter() - start
start = time.perf_counter()
for hypothesis in hypotheses:
    sentence_bleu(references, hypothesis, [1 / highest] * highest, smoothing)
print(json.dumps({"seconds": time.perf_counter() - start, "seconds_all_orders": all_orders, "scores": scores}))
