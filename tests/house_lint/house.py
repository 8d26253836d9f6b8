"""The files of the house as syntax trees, and what a name in one of them stands for."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PRODUCT = ('bot', 'civic', 'storage', 'jobs', 'web', 'lvbi')


@dataclass(frozen=True)
class Outside:
    """A thing of somebody else's package, by its dotted name; also a module of ours."""

    name: str


@dataclass(frozen=True)
class Imported:
    """A name that a module takes from another one."""

    module: str
    name: str


Bound = ast.AST | Imported | Outside


@dataclass(frozen=True, eq=False)
class Module:
    """One file: its path relative to the top folder, its dotted name, its syntax tree."""

    path: str
    name: str
    tree: ast.Module

    @cached_property
    def names(self) -> dict[str, Bound]:
        """What the names of the file stand for; those of the outermost level win over those inside functions."""
        names: dict[str, Bound] = {}
        for node in [*outside_classes(self.tree), *self.tree.body]:
            names.update(bindings(node))
        return names


@dataclass(frozen=True)
class Thing:
    """A class, function or value, and the module in which it was written down."""

    module: Module
    node: ast.AST


class House:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.read: dict[str, Module] = {}
        self.following: list[tuple[str, str]] = []

    def paths(self, folders: Iterable[str]) -> list[str]:
        """Python files under the folders, relative to the root, sorted."""
        found = (path for folder in folders for path in (self.root / folder).rglob('*.py'))
        return sorted(str(path.relative_to(self.root)) for path in found)

    def modules(self, folders: Iterable[str]) -> Iterator[Module]:
        for path in self.paths(folders):
            yield self.module(path)

    def module(self, path: str) -> Module:
        if path not in self.read:
            name = path.removesuffix('.py').removesuffix('/__init__').replace('/', '.')
            self.read[path] = Module(path, name, ast.parse((self.root / path).read_text(), path))
        return self.read[path]

    def module_named(self, name: str) -> Module | None:
        """The file of a dotted name, when it is ours."""
        base = name.replace('.', '/')
        ours = name.split('.')[0] in PRODUCT
        path = next((p for p in (f'{base}.py', f'{base}/__init__.py') if ours and (self.root / p).is_file()), None)
        return self.module(path) if path else None

    def find(self, module: Module, node: ast.AST) -> Thing | Outside | None:
        """What an expression stands for after following names; None when it cannot be followed."""
        match node:
            case ast.Name(id=name):
                return self.find_name(module, name)
            case ast.Attribute(value=base, attr=name):
                return self.find_in(self.find(module, base), name)
            case _:
                return Thing(module, node)

    def find_name(self, module: Module, name: str) -> Thing | Outside | None:
        here = (module.name, name)
        if here in self.following:  # As in `node = node.parent`.
            return None
        self.following.append(here)
        try:
            return self.find_bound(module, module.names.get(name))
        finally:
            self.following.remove(here)

    def find_bound(self, module: Module, bound: Bound | None) -> Thing | Outside | None:
        match bound:
            case Imported(module=source, name=original):
                return self.find_imported(source, original)
            case ast.AST() as node:
                return self.find(module, node)
            case found:
                return found

    def find_imported(self, source: str, name: str) -> Thing | Outside | None:
        ours = self.module_named(source)
        if self.module_named(f'{source}.{name}') or ours is None:
            return Outside(f'{source}.{name}')
        return self.find_name(ours, name)

    def find_in(self, owner: Thing | Outside | None, name: str) -> Thing | Outside | None:
        """The attribute of a module or of a class, also an inherited one."""
        match owner:
            case Outside(name=dotted):
                return self.find_imported(dotted, name)
            case Thing(node=ast.ClassDef()):
                return self.find_in_class(owner, name)
            case _:
                return None

    def find_in_class(self, owner: Thing, name: str) -> Thing | Outside | None:
        assert isinstance(owner.node, ast.ClassDef)
        own = {bound: node for line in owner.node.body for bound, node in bindings(line).items()}
        if isinstance(node := own.get(name), ast.AST):
            return self.find(owner.module, node)
        inherited = (self.find_in(self.find(owner.module, base), name) for base in owner.node.bases)
        return next((found for found in inherited if isinstance(found, Thing)), None)

    def is_a(self, thing: Thing, ancestor: str) -> bool:
        """Whether a class descends from the outside class whose last name is `ancestor`."""
        bases = thing.node.bases if isinstance(thing.node, ast.ClassDef) else []
        for base in (self.find(thing.module, base) for base in bases):
            match base:
                case Outside(name=dotted) if dotted.split('.')[-1] == ancestor:
                    return True
                case Thing() if self.is_a(base, ancestor):
                    return True
        return False


def outside_classes(tree: ast.AST) -> Iterator[ast.stmt]:
    """Every statement but those in class bodies, whose names are not names of the file."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.stmt):
            yield child
        if not isinstance(child, ast.ClassDef):
            yield from outside_classes(child)


def bindings(node: ast.stmt) -> dict[str, Bound]:
    """The names that one statement binds, and what to."""
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return {name: node}
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return {name: value}
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            return {name: value}
        case ast.ImportFrom(module=str() as source):
            return {a.asname or a.name: Imported(source, a.name) for a in node.names}
        case ast.Import():
            return {
                a.asname or a.name.split('.')[0]: Outside(a.name if a.asname else a.name.split('.')[0])
                for a in node.names
            }
        case _:
            return {}
