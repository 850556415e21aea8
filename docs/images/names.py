"""Draws real names, and generated ones over the training, from the report of a run.

python3 docs/images/names.py names.txt names.html docs/images/names.png
"""

import html
import pathlib
import random
import re
import subprocess
import sys
import tempfile

STYLE = """
body{margin:0;padding:14px;background:#f6f7f9;color:#1b2330;font:14px/1.5 "DejaVu Sans",sans-serif}
main{display:grid;grid-template-columns:repeat(5,1fr);gap:10px}
section{background:#fff;border:1px solid #dde2ea;border-radius:8px;padding:10px 12px}
section:first-child{background:#eaf1ff}
h2{font-size:14px;margin:0}
p{margin:0 0 6px;color:#5a6577;font-size:12px}
code{display:block;font:13px/1.7 "DejaVu Sans Mono",monospace}
.known{color:#8a94a6}
"""


def column(title, subtitle, names, known=()):
    lines = "".join(f'<code{" class=known" if name in known else ""}>{html.escape(name)}</code>' for name in names)
    return f"<section><h2>{title}</h2><p>{subtitle}</p>{lines}</section>"


def main(data, report, picture):
    real = pathlib.Path(data).read_text(encoding="utf-8").split("\n")[:-1]
    samples = {}
    for article in re.findall(r"<article><h3>(.*?)</article>", pathlib.Path(report).read_text(encoding="utf-8")):
        title, step = re.match(r"([^<]*)</h3><p[^>]*>step ([\d,]+)", article).groups()
        samples[title] = (step, [html.unescape(name) for name in re.findall(r"<code>(.*?)</code>", article)])
    pretraining = [title for title in samples if title.startswith("Generator")]
    adversarial = [title for title in samples if title.startswith("Adversarial")]
    shown = [
        (pretraining[0], "Generated at the start"),
        (pretraining[1], f"Epoch {re.search(r' ([0-9]+)/', pretraining[1])[1]}"),
        (next(title for title in samples if title.startswith("Discriminator")), "After maximum likelihood"),
        (adversarial[-1], "After adversarial training"),
    ]
    columns = [column("Real names", f"{len(real):,} of the .NET library", random.Random(5).sample(real, 8))]
    columns += [column(heading, f"after {samples[title][0]} training steps", samples[title][1], set(real)) for title, heading in shown]
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder, "names.html")
        page.write_text(f'<!DOCTYPE html><meta charset="utf-8"><style>{STYLE}</style><main>{"".join(columns)}</main>', encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1280,272", f"--screenshot={picture}"]
        subprocess.run(["chromium", *options, page.as_uri()], check=True, capture_output=True)


main(*sys.argv[1:])
