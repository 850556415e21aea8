"""Makes the fixtures of PyTorchWeightsTests: weights of PyTorch modules and the log-probabilities that PyTorch computes.

Needs PyTorch, for example Debian's python3-torch:  python3 make_fixtures.py
"""
import json
import os
import struct

import torch
from torch import nn

VOCABULARY, EMBEDDING, HIDDEN, LAYERS, START = 11, 5, 6, 2, 3


def save(path, state):
    header, data, offset = {}, b"", 0
    for name, value in state.items():
        raw = value.detach().contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [offset, offset + len(raw)]}
        data += raw
        offset += len(raw)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    torch.manual_seed(7)
    sequences = torch.randint(0, VOCABULARY, (4, 9))
    inputs = torch.cat([torch.full((4, 1), START), sequences[:, :-1]], 1)
    expected = {"sequences": sequences.tolist()}
    for name, kind in (("lstm", nn.LSTM), ("gru", nn.GRU)):
        embedding = nn.Embedding(VOCABULARY, EMBEDDING)
        recurrent = kind(EMBEDDING, HIDDEN, LAYERS, batch_first=True)
        output = nn.Linear(HIDDEN, VOCABULARY)
        state = {}
        for prefix, module in (("embedding", embedding), (name, recurrent), ("output", output)):
            for parameter in module.parameters():
                nn.init.normal_(parameter)
            state.update({f"{prefix}.{key}": value for key, value in module.state_dict().items()})
        logits = output(recurrent(embedding(inputs))[0])
        logs = torch.log_softmax(logits, -1).gather(2, sequences.unsqueeze(2)).squeeze(2)
        expected[name] = [round(value, 7) for value in logs.flatten().tolist()]
        save(os.path.join(here, f"{name}.safetensors"), state)
    with open(os.path.join(here, "expected.json"), "w") as file:
        json.dump(expected, file)
        file.write("\n")


main()
