"""Records what the executable definitions of the Component Model make of values.

    python3 vectors.py definitions.py > vectors.json

where definitions.py is design/mvp/canonical-abi/definitions.py of WebAssembly/component-model. README.md
describes the output. It is the same for every run.
"""

import importlib.util
import json
import math
import random
import struct
import sys

ENCODINGS = ["utf8", "utf16", "latin1+utf16"]
BASE = 16  # where a guest's allocator starts
MAX_FLAT = 16
HANDLES = range(100, 104)  # what handles 1 to 4 of a lifting guest stand for

D = None  # the definitions
RESOURCE = None


def load_definitions(path):
    global D, RESOURCE
    spec = importlib.util.spec_from_file_location("definitions", path)
    D = importlib.util.module_from_spec(spec)
    sys.modules["definitions"] = D
    spec.loader.exec_module(D)
    D.DETERMINISTIC_PROFILE = True
    RESOURCE = D.ResourceType(None)


# Types are written as in the output: a name, or a dictionary with the name of the shape and its parts.

INTEGERS = {"s8": -8, "u8": 8, "s16": -16, "u16": 16, "s32": -32, "u32": 32, "s64": -64, "u64": 64}
KEYS = ["bool", *INTEGERS, "char", "string"]
PRIMITIVES = [*KEYS, "f32", "f64"]


def definition(t):
    """The type in terms of the definitions."""
    if t == "own":
        return D.OwnType(RESOURCE)
    if isinstance(t, str):
        return getattr(D, t.capitalize() + "Type")()
    (shape, parts), = t.items()
    match shape:
        case "list": return D.ListType(definition(parts))
        case "fixed-list": return D.ListType(definition(parts[0]), parts[1])
        case "map": return D.MapType(definition(parts[0]), definition(parts[1]))
        case "option": return D.OptionType(definition(parts))
        case "result": return D.ResultType(*[p and definition(p) for p in parts])
        case "flags": return D.FlagsType(parts)
        case "enum": return D.EnumType(parts)
        case "tuple": return D.TupleType([definition(p) for p in parts])
        case "record": return D.RecordType([D.FieldType(n, definition(p)) for n, p in parts])
        case "variant": return D.VariantType([D.CaseType(n, p and definition(p)) for n, p in parts])


def cases(t):
    """The cases of a variant or one of its relatives, or None."""
    (shape, parts), = t.items()
    match shape:
        case "option": return [("none", None), ("some", parts)]
        case "result": return [("ok", parts[0]), ("error", parts[1])]
        case "enum": return [(n, None) for n in parts]
        case "variant": return parts


def value(t, v):
    """A value of the output as the definitions have it."""
    match t:
        case "f32": return struct.unpack("<f", bytes.fromhex(v)[::-1])[0]
        case "f64": return struct.unpack("<d", bytes.fromhex(v)[::-1])[0]
        case "char": return chr(v)
        case "string": return v, "utf8", len(v.encode())
        case str(): return v
    (shape, parts), = t.items()
    match shape:
        case "list": return [value(parts, e) for e in v]
        case "fixed-list": return [value(parts[0], e) for e in v]
        case "map": return [{"0": value(parts[0], k), "1": value(parts[1], e)} for k, e in v]
        case "flags": return {n: n in v for n in parts}
        case "tuple": return {str(i): value(p, e) for i, (p, e) in enumerate(zip(parts, v))}
        case "record": return {n: value(p, e) for (n, p), e in zip(parts, v)}
    payload = dict(cases(t))[v[0]]
    return {v[0]: payload and value(payload, v[1])}


def shown(t, v):
    """A value of the definitions as the output has it."""
    match t:
        case "f32": return struct.pack("<f", v)[::-1].hex()
        case "f64": return struct.pack("<d", v)[::-1].hex()
        case "char": return ord(v)
        case "string": return v[0]
        case str(): return v
    (shape, parts), = t.items()
    match shape:
        case "list": return [shown(parts, e) for e in v]
        case "fixed-list": return [shown(parts[0], e) for e in v]
        case "map": return [[shown(parts[0], e["0"]), shown(parts[1], e["1"])] for e in v]
        case "flags": return [n for n in parts if v[n]]
        case "tuple": return [shown(p, v[str(i)]) for i, p in enumerate(parts)]
        case "record": return [shown(p, v[n]) for n, p in parts]
    (name, payload), = v.items()
    t = dict(cases(t))[name]
    return [name, shown(t, payload)] if t else [name]


# Drawing. Every draw uses the generator that it is given, so that all runs are the same.


def draw_type(rng, depth):
    shapes = ["list", "fixed-list", "map", "option", "result", "flags", "enum", "tuple", "record", "variant", "own"]
    if depth == 0 or rng.random() < 0.3:
        return rng.choice(PRIMITIVES)
    inner = lambda: draw_type(rng, depth - 1)
    maybe = lambda: rng.choice([None, inner()])
    match shape := rng.choice(shapes):
        case "own": return shape
        case "list" | "option": return {shape: inner()}
        case "fixed-list": return {shape: [inner(), rng.choice([1, 2, 3] if depth > 1 else [1, 2, 16, 17])]}
        case "map": return {shape: [rng.choice(KEYS), inner()]}
        case "result": return {shape: [maybe(), maybe()]}
        case "flags": return {shape: [f"b{i}" for i in range(rng.choice([1, 8, 9, 16, 17, 32]))]}
        case "enum": return {shape: [f"e{i}" for i in range(rng.choice([1, 2, 3, 257]))]}
        case "tuple": return {shape: [inner() for _ in range(rng.randint(1, 4))]}
        case "record": return {shape: [[f"f{i}", inner()] for i in range(rng.randint(1, 4))]}
        case "variant": return {shape: [[f"c{i}", maybe()] for i in range(rng.randint(1, 5))]}


def draw_float(rng, exponent, bits):
    """The bits of a float that is not a NaN, or those of the one NaN that the profile has."""
    most = (1 << exponent) - 1
    rest = bits - 1 - exponent
    edges = [0, 1, 1 << (bits - 1), most << rest, most << rest | 1 << (rest - 1), (most >> 1) << rest]
    n = rng.choice([rng.choice(edges), rng.getrandbits(1) << (bits - 1) | rng.randrange(most) << rest | rng.getrandbits(rest)])
    return n.to_bytes(bits // 8, "big").hex()


def draw_char(rng):
    first, last = rng.choice([(0, 0x7F), (0x80, 0xFF), (0x100, 0x7FF), (0x800, 0xD7FF), (0xE000, 0xFFFF), (0x10000, 0x10FFFF)])
    return rng.choice([first, last, rng.randint(first, last)])


def draw_text(rng):
    widest = rng.choice([0x7F, 0xFF, 0xD7FF, 0x10FFFF])
    chars = [draw_char(rng) for _ in range(rng.choice([0, 1, 3, 12]))]
    return "".join(chr(c if c <= widest else c & 0x7F) for c in chars)


def draw_value(rng, t):
    match t:
        case "bool": return rng.random() < 0.5
        case "f32": return draw_float(rng, 8, 32)
        case "f64": return draw_float(rng, 11, 64)
        case "char": return draw_char(rng)
        case "string": return draw_text(rng)
        case "own": return rng.choice(HANDLES)
        case str():
            bits = INTEGERS[t]
            least, most = (-1 << (-bits - 1), (1 << (-bits - 1)) - 1) if bits < 0 else (0, (1 << bits) - 1)
            return rng.choice([least, most, rng.randint(least, most)])
    (shape, parts), = t.items()
    match shape:
        case "list": return [draw_value(rng, parts) for _ in range(rng.randint(0, 3))]
        case "fixed-list": return [draw_value(rng, parts[0]) for _ in range(parts[1])]
        case "map": return [[draw_value(rng, p) for p in parts] for _ in range(rng.randint(0, 3))]
        case "flags": return [n for n in parts if rng.random() < 0.5]
        case "tuple": return [draw_value(rng, p) for p in parts]
        case "record": return [draw_value(rng, p) for _, p in parts]
    name, payload = rng.choice(cases(t))
    return [name, draw_value(rng, payload)] if payload else [name]


# Guests.


class Guest:
    """A component instance whose realloc always moves."""

    def __init__(self, encoding, memory=b"\xaa" * BASE):
        self.memory = bytearray(memory)
        self.inst = D.ComponentInstance(D.Store())
        self.opts = D.CanonicalOptions(string_encoding=encoding, memory=D.MemInst(self.memory, "i32"))
        self.context = D.LiftLowerContext(self.opts, self.inst)
        # How realloc is called as a task of its own is not what is recorded here.
        self.context.reallocate = self.realloc

    def realloc(self, ptr, old, align, size):
        start = (len(self.memory) + align - 1) // align * align
        self.memory.extend(b"\xaa" * (start + size - len(self.memory)))
        kept = min(old, size)
        self.memory[start:start + kept] = self.memory[ptr:ptr + kept]
        return start

    def give_handles(self):
        for rep in HANDLES:
            self.inst.handles.add(D.ResourceHandle(RESOURCE, rep, own=True))

    def place(self, t):
        return self.realloc(0, 0, D.alignment(t, "i32"), D.elem_size(t, "i32"))


def slots(types, values):
    """Core values as the 64-bit slots that they take, in hexadecimal."""
    def bits(t, v):
        match t:
            case "f32": return int.from_bytes(struct.pack("<f", v), "little")
            case "f64": return int.from_bytes(struct.pack("<d", v), "little")
            case _: return v
    return [format(bits(t, v), "x") for t, v in zip(types, values)]


def core_values(types, words):
    def core(t, w):
        match t:
            case "f32": return struct.unpack("<f", struct.pack("<I", w))[0]
            case "f64": return struct.unpack("<d", struct.pack("<Q", w))[0]
            case _: return w
    return [core(t, int(w, 16)) for t, w in zip(types, words)]


def value_vector(encoding, t, v):
    kind = definition(t)
    vector = {"encoding": encoding, "type": t, "value": v}
    guest = Guest(encoding)
    flat = D.flatten_type(kind, guest.opts)
    vector |= {"size": D.elem_size(kind, "i32"), "align": D.alignment(kind, "i32"), "flat": flat}
    at = guest.place(kind)
    D.store(guest.context, value(t, v), kind, at)
    vector |= {"at": at, "memory": guest.memory.hex()}
    if len(flat) <= MAX_FLAT:
        guest = Guest(encoding)
        vector["stack"] = slots(flat, D.lower_flat(guest.context, value(t, v), kind))
        vector["stackMemory"] = guest.memory.hex()
    return vector


def lift_vector(encoding, t, memory, at=None, stack=None):
    kind = definition(t)
    guest = Guest(encoding, memory)
    guest.give_handles()
    vector = {"encoding": encoding, "type": t, "memory": bytes(memory).hex()}
    vector |= {"at": at} if stack is None else {"stack": stack}
    try:
        if stack is None:
            D.trap_if(at % D.alignment(kind, "i32") != 0)
            D.trap_if(at + D.elem_size(kind, "i32") > len(memory))
            lifted = D.load(guest.context, at, kind)
        else:
            types = D.flatten_type(kind, guest.opts)
            lifted = D.lift_flat(guest.context, D.CoreValueIter(core_values(types, stack)), kind)
        vector["value"] = shown(t, lifted)
    except D.Trap:
        vector["trap"] = True
    return vector


def damaged(rng, memory):
    memory = bytearray(memory)
    for _ in range(rng.randint(0, 3)):
        if len(memory) > BASE:
            memory[rng.randrange(BASE, len(memory))] = rng.choice([0, 1, 2, 16, 0x61, 0x80, 0xD8, 0xFF, rng.getrandbits(8)])
    return memory


def lifts_of(rng, v):
    """Lifts of what a vector has in memory and in core values, with something changed."""
    at = v["at"] if rng.random() < 0.8 else rng.choice([v["at"] + 1, v["at"] + 4, 0xFFFFFFF8])
    yield lift_vector(v["encoding"], v["type"], damaged(rng, bytes.fromhex(v["memory"])), at=at)
    if "stack" not in v:
        return
    stack = list(v["stack"])
    for _ in range(rng.randint(0, 2)):
        i = rng.randrange(len(stack))
        bits = 64 if v["flat"][i].endswith("64") else 32
        stray = rng.getrandbits(bits) << rng.choice([0, 8, 16, bits - 1])
        stack[i] = format((int(stack[i], 16) ^ stray) & ((1 << bits) - 1), "x")
    yield lift_vector(v["encoding"], v["type"], damaged(rng, bytes.fromhex(v["stackMemory"])), stack=stack)


def call_vector(encoding, params, result, args, answer):
    kinds = [definition(p) for p in params]
    results = [definition(result)] if result else []
    func = D.FuncType([(f"p{i}", k) for i, k in enumerate(kinds)], results, False)
    guest = Guest(encoding)
    vector = {"encoding": encoding, "params": params, "result": result, "args": args}
    for context in ["lift", "lower"]:
        core = D.flatten_functype(guest.opts, func, context)
        vector[context + "ed"] = [core.params, core.results]
    flat = D.lower_flat_values(guest.context, MAX_FLAT, [value(p, a) for p, a in zip(params, args)], kinds)
    vector |= {"paramStack": slots(vector["lifted"][0], flat), "paramMemory": guest.memory.hex()}
    if not result:
        return vector
    guest = Guest(encoding)
    out = None
    vector["answer"] = answer
    if len(D.flatten_types(results, guest.opts)) > 1:
        vector["resultAt"] = guest.place(results[0])
        out = D.CoreValueIter([vector["resultAt"]])
    flat = D.lower_flat_values(guest.context, 1, [value(result, answer)], results, out)
    vector |= {"resultStack": slots(vector["lowered"][1], flat), "resultMemory": guest.memory.hex()}
    return vector


# What is recorded.

CHOSEN = [
    *PRIMITIVES, "own",
    {"list": "u8"}, {"list": "u16"}, {"list": "string"}, {"list": {"list": "u64"}},
    {"fixed-list": ["u8", 4]}, {"fixed-list": ["u8", 16]}, {"fixed-list": ["u8", 17]}, {"fixed-list": ["string", 2]},
    {"fixed-list": [{"tuple": ["u8", "u64"]}, 3]}, {"fixed-list": [{"fixed-list": ["f32", 2]}, 2]},
    {"map": ["string", "u32"]}, {"map": ["u8", "u64"]}, {"map": ["char", {"list": "string"}]}, {"map": ["bool", {"fixed-list": ["u16", 3]}]},
    {"record": [["a", "u8"], ["b", "u32"], ["c", "u8"]]}, {"tuple": ["string", "u8"]}, {"tuple": ["u8"] * 16}, {"tuple": ["u8"] * 17},
    {"option": "string"}, {"option": {"option": "u8"}}, {"result": [None, None]}, {"result": ["string", "u8"]}, {"result": [None, "f64"]},
    {"variant": [["a", None], ["b", "f32"], ["c", "u64"]]}, {"variant": [["a", "f32"], ["b", "u32"]]},
    {"variant": [["a", {"fixed-list": ["f32", 3]}], ["b", {"tuple": ["u64", "string"]}], ["c", {"map": ["u8", "u8"]}]]},
    {"variant": [[f"c{i}", "u16" if i == 256 else None] for i in range(257)]},
    {"flags": [f"b{i}" for i in range(8)]}, {"flags": [f"b{i}" for i in range(9)]}, {"flags": [f"b{i}" for i in range(32)]},
    {"enum": ["a"]}, {"enum": [f"e{i}" for i in range(256)]}, {"enum": [f"e{i}" for i in range(257)]},
    {"list": {"variant": [["a", "string"], ["b", {"list": "u8"}]]}},
]


def has_text(t):
    return "string" in json.dumps(t)


def encodings(t):
    return ENCODINGS if has_text(t) else ["utf8"]


def values(rng):
    for t in CHOSEN:
        for _ in range(2):
            for e in encodings(t):
                yield value_vector(e, t, draw_value(rng, t))
    for _ in range(180):
        t = draw_type(rng, 3)
        yield value_vector(rng.choice(encodings(t)), t, draw_value(rng, t))


def calls(rng):
    fixed = [
        ([], None), (["u8"] * 16, "u8"), (["u8"] * 17, "u8"), (["string"] * 8, "string"), (["string"] * 9, {"list": "string"}),
        ([{"fixed-list": ["u8", 16]}], {"fixed-list": ["u8", 1]}), ([{"fixed-list": ["u8", 17]}], {"fixed-list": ["u8", 2]}),
        ([{"map": ["string", "string"]}], {"map": ["u8", "string"]}), (["u64", {"fixed-list": ["string", 8]}], {"tuple": ["f32"]}),
    ]
    for params, result in fixed + [(None, None)] * 60:
        if params is None:
            params = [draw_type(rng, 2) for _ in range(rng.randint(0, 5))]
            result = rng.choice([None, draw_type(rng, 2), draw_type(rng, 2)])
        args = [draw_value(rng, p) for p in params]
        encoding = rng.choice(encodings([params, result]))
        yield call_vector(encoding, params, result, args, result and draw_value(rng, result))


def lines(vectors):
    return "[\n" + ",\n".join(json.dumps(v, separators=(",", ":")) for v in vectors) + "\n]"


def main():
    load_definitions(sys.argv[1])
    rng = random.Random(1)
    all_values = list(values(rng))
    all_lifts = [lift for v in all_values for lift in lifts_of(rng, v)]
    all_calls = list(calls(rng))
    print('{"values":' + lines(all_values) + ',\n"lifts":' + lines(all_lifts) + ',\n"calls":' + lines(all_calls) + "}")


main()
