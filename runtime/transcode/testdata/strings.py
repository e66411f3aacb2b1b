"""Records how the executable definitions of the Component Model move strings.

    python3 strings.py definitions.py > strings.json

where definitions.py is design/mvp/canonical-abi/definitions.py of WebAssembly/component-model. README.md
describes the output. It is the same for every run.
"""

import importlib.util
import json
import random
import sys

ENCODINGS = ["utf8", "utf16", "latin1+utf16"]
BASE = 16  # where a guest's allocator starts
TAG = 1 << 31


def load_definitions(path):
    spec = importlib.util.spec_from_file_location("definitions", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["definitions"] = module
    spec.loader.exec_module(module)
    return module


class Guest:
    """A component instance with an allocator that always moves, and remembers what it was asked for."""

    def __init__(self, defs, encoding, memory):
        self.requests = []
        self.memory = bytearray(memory)
        self.inst = defs.ComponentInstance(defs.Store())
        opts = defs.CanonicalOptions(string_encoding=encoding, memory=defs.MemInst(self.memory, "i32"))
        self.context = defs.LiftLowerContext(opts, self.inst)
        # How realloc is called as a task of its own is not what is recorded here.
        self.context.reallocate = self.realloc

    def realloc(self, ptr, old, align, size):
        self.requests.append([ptr, old, align, size])
        start = (len(self.memory) + align - 1) // align * align
        self.memory.extend(b"\xaa" * (start + size - len(self.memory)))
        kept = min(old, size)
        self.memory[start:start + kept] = self.memory[ptr:ptr + kept]
        return start


def texts(rng):
    """Strings of every mixture of widths, of several lengths."""
    classes = [(0x01, 0x7F), (0x80, 0xFF), (0x100, 0x7FF), (0x800, 0xD7FF), (0xE000, 0xFFFF), (0x10000, 0x10FFFF)]
    yield ""
    for code in [0, 0x7F, 0x80, 0xFF, 0x100, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF, 0x10000, 0x10FFFF]:
        yield chr(code)
        yield "abc" + chr(code)
        yield "\u00e9" + chr(code) + "z"
    for _ in range(60):
        some = rng.sample(classes, rng.randint(1, 3))
        yield "".join(chr(rng.randint(*rng.choice(some))) for _ in range(rng.randint(1, 12)))


def forms(text):
    """How a string may stand in memory: encoding, bytes and length."""
    wide = text.encode("utf-16-le")
    yield "utf8", text.encode("utf-8"), len(text.encode("utf-8"))
    yield "utf16", wide, len(wide) // 2
    yield "latin1+utf16", wide, len(wide) // 2 | TAG
    if all(ord(c) < 256 for c in text):
        yield "latin1+utf16", text.encode("latin-1"), len(text)


def store(defs, text, source, units, encoding):
    guest = Guest(defs, encoding, b"\xaa" * BASE)
    ptr, length = defs.store_string_into_range(guest.context, (text, source, units))
    return {"text": text, "from": source, "fromUnits": units, "to": encoding, "ptr": ptr, "units": length,
            "requests": guest.requests, "memory": guest.memory.hex()}


def load(defs, encoding, memory, ptr, units):
    guest = Guest(defs, encoding, memory)
    vector = {"encoding": encoding, "memory": memory.hex(), "ptr": ptr, "units": units}
    try:
        vector["text"] = defs.load_string_from_range(guest.context, ptr, units)[0]
    except defs.Trap:
        vector["trap"] = True
    return vector


def damaged(rng, encoding, memory, ptr, units):
    """The same string with something wrong about it, or maybe still right."""
    memory = bytearray(memory)
    kind = rng.randrange(5)
    if kind == 0 and memory:
        memory[rng.randrange(len(memory))] = rng.choice([0x00, 0x61, 0x80, 0xC3, 0xD8, 0xDC, 0xED, 0xF4, 0xFF])
    elif kind == 1:
        units += rng.choice([-1, 1, 1000])
    elif kind == 2:
        units ^= TAG
    elif kind == 3:
        ptr += rng.choice([1, 2, 0xFFFFFF00])
    else:
        units = rng.choice([(1 << 28) - 1, 1 << 28, 1 << 27, (1 << 27) - 1, (1 << 27) | TAG, 0xFFFFFFFF])
    return encoding, bytes(memory), ptr % (1 << 32), units % (1 << 32)


def lines(vectors):
    return "[\n" + ",\n".join(json.dumps(v, separators=(",", ":")) for v in vectors) + "\n]"


def main():
    defs = load_definitions(sys.argv[1])
    rng = random.Random(1)
    stores, loads = [], []
    for text in texts(rng):
        for source, data, units in forms(text):
            for encoding in ENCODINGS:
                stores.append(store(defs, text, source, units, encoding))
            place = source, b"\xaa" * BASE + data, BASE, units
            loads.append(load(defs, *place))
            for _ in range(2):
                loads.append(load(defs, *damaged(rng, *place)))
    # Halves of surrogate pairs, alone and in the wrong order.
    for words in [[0xD800], [0xDC00], [0xDC00, 0xD800], [0xD800, 0xD800], [0xD83C, 0x61], [0x61, 0xDF70], [0xD83C, 0xDF70, 0xD83C]]:
        memory = b"".join(w.to_bytes(2, "little") for w in words)
        loads.append(load(defs, "utf16", memory, 0, len(words)))
        loads.append(load(defs, "latin1+utf16", memory, 0, len(words) | TAG))
        loads.append(load(defs, "latin1+utf16", memory, 0, len(words)))
    print('{"stores":' + lines(stores) + ',\n"loads":' + lines(loads) + "}")


main()
