"""Times NLTK's sentence_bleu, orders 1 to 5 in one call, on the sentences of a JSON file; prints a JSON object."""
import json
import sys
import time
import warnings

from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

warnings.simplefilter("ignore")
with open(sys.argv[1], encoding="utf-8") as file:
    problem = json.load(file)
references, hypotheses = problem["references"], problem["hypotheses"]
weights = [tuple([1 / n] * n) for n in range(1, 6)]
smoothing = SmoothingFunction().method1
sentence_bleu(references[:100], hypotheses[0], weights, smoothing)
start = time.perf_counter()
scores = [[float(s) for s in sentence_bleu(references, h, weights, smoothing)] for h in hypotheses]
print(json.dumps({"seconds": (time.perf_counter() - start) / len(hypotheses), "scores": scores}))
