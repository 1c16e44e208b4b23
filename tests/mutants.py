"""How many small faults the tests notice: `python tests/mutants.py --count 50 --seed 1`.

Each mutant is one changed comparison, number, sum or condition in scoring, timing or readiness, in a copy of
the tree; it is killed when a test of that room fails. Survivors are printed to be read one by one.
"""

import argparse
import ast
import copy
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Queue

TREE = Path(__file__).resolve().parent.parent
ROOMS = {
    "runclinic/forms/scoring.py": "tests/forms tests/visit",
    "runclinic/gait/timing.py": " ".join(
        f"tests/gait/test_{name}.py" for name in ("timing", "analyse", "contacts")
    ),
    "runclinic/readiness": "tests/readiness tests/visit tests/test_case.py",
}
COPIED = ("runclinic", "resources", "tests", "pyproject.toml")
WORKERS, WITHIN_S = 2, 240
FLIPPED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One changed file: what was changed where, its new text, and the tests that should notice."""

    path: str
    line: int
    what: str
    text: str
    tests: str


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Every way in which this node is changed: in words, and as a new node."""
    made = copy.deepcopy(node)
    match made:
        case ast.Compare(ops=[only]) if type(only) in FLIPPED:
            made.ops = [FLIPPED[type(only)]()]
            yield f"{type(only).__name__} -> {type(made.ops[0]).__name__}", made
        case ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in FLIPPED and not _of_types(made):
            made.op = FLIPPED[type(op)]()
            yield f"{type(op).__name__} -> {type(made.op).__name__}", made
        case ast.Constant(value=bool(value)):
            yield f"{value} -> {not value}", ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield f"{value} -> {value + 1}", ast.Constant(value + 1)
        case ast.IfExp():
            made.body, made.orelse = made.orelse, made.body
            yield "if-else the other way round", made
        case ast.UnaryOp(op=ast.Not()):
            yield "not left out", made.operand
        case _:
            return


def _of_types(node: ast.AST) -> bool:
    """A string put together is words, not a number."""
    return isinstance(node, ast.BinOp) and any(
        isinstance(each, ast.Constant) and isinstance(each.value, str) for each in (node.left, node.right)
    )


def of_file(path: str, tests: str) -> list[Mutant]:
    """All mutants of one file; annotations, defaults of slots and docstrings are left alone."""
    tree = ast.parse((TREE / path).read_text("utf-8"))
    skipped = {id(each) for node in ast.walk(tree) for each in _not_code(node)}
    found: list[Mutant] = []
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            for place, node in enumerate(value) if isinstance(value, list) else ((None, value),):
                if not isinstance(node, ast.AST) or id(node) in skipped:
                    continue
                for what, changed in changes(node):
                    _put(parent, name, place, ast.copy_location(changed, node))
                    text = ast.unparse(ast.fix_missing_locations(tree))
                    _put(parent, name, place, node)
                    found.append(Mutant(path, getattr(node, "lineno", 0), what, text, tests))
    return found


def _not_code(node: ast.AST) -> Iterator[ast.AST]:
    """What holds no behaviour: annotations, decorators, and constants at the top named as citations."""
    for name in ("annotation", "returns", "decorator_list"):
        value = getattr(node, name, None)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, ast.AST):
                yield from ast.walk(each)


def _put(parent: ast.AST, name: str, place: int | None, node: ast.AST) -> None:
    if place is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[place] = node


def unchanged(mutant: Mutant) -> Mutant:
    """The same file written anew with nothing changed, which no test may notice."""
    text = ast.unparse(ast.parse((TREE / mutant.path).read_text("utf-8")))
    return replace(mutant, what="nothing", text=text)


def sample(count: int, seed: int) -> list[Mutant]:
    """Mutants of every room in equal shares, the same for the same seed."""
    chosen: list[Mutant] = []
    dice = random.Random(seed)
    for number, (room, tests) in enumerate(ROOMS.items()):
        files = sorted((TREE / room).glob("*.py")) if (TREE / room).is_dir() else [TREE / room]
        every = [each for file in files for each in of_file(str(file.relative_to(TREE)), tests)]
        share = count // len(ROOMS) + (number < count % len(ROOMS))
        chosen += dice.sample(every, min(share, len(every)))
    return chosen


def killed(mutant: Mutant, tree: Path) -> bool:
    """Whether a test of its room fails, or hangs, in this copy of the tree."""
    file = tree / mutant.path
    before = file.read_text("utf-8")
    file.write_text(mutant.text, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *mutant.tests.split()]
    try:
        done = subprocess.run(command, cwd=tree, capture_output=True, timeout=WITHIN_S, check=False)
    except subprocess.TimeoutExpired:
        return True
    else:
        return done.returncode != 0
    finally:
        file.write_text(before, "utf-8")


def main() -> int:
    """Print each survivor and the share that was killed; 1 if it is under nine tenths."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=50)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    mutants = sample(given.count, given.seed)
    with tempfile.TemporaryDirectory() as scratch:
        trees: Queue[Path] = Queue()
        for number in range(WORKERS):
            tree = Path(scratch) / str(number)
            for name in COPIED:
                one = TREE / name
                (shutil.copytree if one.is_dir() else shutil.copy)(one, _made(tree) / name)
            trees.put(tree)

        def judge(mutant: Mutant) -> bool:
            tree = trees.get()
            try:
                return killed(mutant, tree)
            finally:
                trees.put(tree)

        with ThreadPoolExecutor(WORKERS) as pool:
            one_of_each = {each.tests: unchanged(each) for each in mutants}
            if any(pool.map(judge, one_of_each.values())):
                raise SystemExit("The tests fail without a mutant: nothing can be told.")
            fates = list(pool.map(judge, mutants))
    for mutant, dead in zip(mutants, fates, strict=True):
        if not dead:
            sys.stdout.write(f"survived: {mutant.path}:{mutant.line} {mutant.what}\n")
    sys.stdout.write(f"{sum(fates)} of {len(fates)} mutants killed\n")
    return 0 if sum(fates) >= 0.9 * len(fates) else 1


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    raise SystemExit(main())
