"""Writes BLEU and self-BLEU of seeded random sentences, by NLTK, as JSON to the file that is named, or to the standard output.

Run with Debian's python3-nltk: /usr/bin/python3 sentence_bleu.py expected.json
"""
import json
import random
import sys
import warnings

from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

warnings.simplefilter("ignore")
ORDERS = 5
SMOOTHINGS = {"None": None, "Epsilon": SmoothingFunction().method1}


def scores(references, hypothesis, smoothing):
    return [
        float(sentence_bleu(references, hypothesis, [1 / n] * n, SMOOTHINGS[smoothing]))
        for n in range(1, ORDERS + 1)
    ]


def case(references, hypotheses):
    result = {"references": references, "hypotheses": hypotheses, "bleu": {}, "self_bleu": {}}
    for name in SMOOTHINGS:
        result["bleu"][name] = [scores(references, h, name) for h in hypotheses]
        result["self_bleu"][name] = [
            scores(references[:i] + references[i + 1:], r, name) for i, r in enumerate(references)
        ] if len(references) > 1 else []
    return result


def sentences(rng, count, vocabulary, shortest, longest):
    return [[rng.randrange(vocabulary) for _ in range(rng.randint(shortest, longest))] for _ in range(count)]


def main():
    rng = random.Random(20)
    cases = [
        case(sentences(rng, 12, 4, 1, 12), sentences(rng, 12, 5, 1, 12)),
        case(sentences(rng, 30, 12, 5, 20), sentences(rng, 15, 14, 3, 20)),
        case(sentences(rng, 10, 2, 3, 30), sentences(rng, 10, 2, 3, 30)),
        # Copies in the set; references equally close from both sides; a longer and a shorter hypothesis; none at all.
        case([[1, 2, 3, 4, 5, 6]] * 2 + [[1, 2], [7, 7, 7, 7]], [[1, 2, 3, 4], [1, 2, 3], [1], [9, 9], [], [7, 7, 7, 7, 7, 7, 7]]),
        case([[1, 2, 3, 4, 5, 6, 7, 8]], [[1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6, 7, 8], [8, 7, 6]]),
    ]
    text = json.dumps({"cases": cases}, separators=(",", ":"))
    if len(sys.argv) > 1:
        with open(sys.argv[1], "w", encoding="utf-8") as file:
            file.write(text + "\n")
    else:
        print(text)


main()
