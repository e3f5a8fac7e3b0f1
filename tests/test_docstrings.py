"""Docstrings of public names: a sentence, all arguments, and an example that runs as printed."""

import doctest
import importlib.util
import inspect
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import pytest

import autograd
import nn
from autograd.numpy_names import NumPyMethods
from nn import schedules
from tests.papers import workshop

SECTIONS = ["Args", "Attributes", "Returns", "Raises", "Warns", "References"]
HEADING = re.compile(r"^(Args|Attributes|Returns|Raises|Warns|References):$", re.MULTILINE)
ENTRY = re.compile(r"^    (\*{0,2}\w+(?: or \w+)*): \S", re.MULTILINE)
# A sentence may end with a formula.
SENTENCE = re.compile(r"[\w)}\]|’′²³⁻¹√π`\"'…]\.$")
# With scikit-learn only, and so not in `__all__`.
ESTIMATORS = ["MLPClassifier", "MLPRegressor", "grid_search", "train_many"]
# scikit-learn's own methods, which its documentation describes. NumPyMethods are called by NumPy's
# functions only.
INHERITED = {"get_params", "set_params", "get_metadata_routing", "set_fit_request"}
INHERITED |= {"set_partial_fit_request", "set_score_request"}


def is_ours(thing: Any) -> bool:
    module = getattr(thing, "__module__", None) or ""
    return module.split(".")[0] in ("autograd", "nn")


def names() -> dict[str, Any]:
    """All public names, and the classes of what public functions return."""
    found = {f"autograd.{name}": getattr(autograd, name) for name in autograd.__all__}
    found |= {f"nn.{name}": getattr(nn, name) for name in nn.__all__ if name != "schedules"}
    found |= {f"nn.schedules.{name}": getattr(schedules, name) for name in schedules.__all__}
    if importlib.util.find_spec("sklearn"):
        found |= {f"nn.{name}": getattr(nn, name) for name in ESTIMATORS}
    for thing in [*found.values()]:
        for returned in returned_classes(thing):
            if returned not in found.values():
                found[f"{returned.__module__}.{returned.__name__}"] = returned
    return found


def returned_classes(thing: Any) -> Iterator[type]:
    """The classes of this project in the annotation of what a function returns."""
    if inspect.isfunction(thing):
        annotation = str(thing.__annotations__.get("return", ""))
        for word in re.findall(r"\w+", annotation):
            returned = inspect.unwrap(thing).__globals__.get(word)
            if inspect.isclass(returned) and is_ours(returned) and not is_protocol(returned):
                yield returned


def is_protocol(thing: type) -> bool:
    return getattr(thing, "_is_protocol", False)


def members(cls: type) -> Iterator[tuple[str, Any]]:
    """Public methods and properties that a class of this project defines."""
    for name in dir(cls):
        raw = inspect.getattr_static(cls, name)
        if name.startswith("_") or name in INHERITED or name in vars(NumPyMethods):
            continue
        if isinstance(raw, (property, cached_property)):
            yield name, raw
        elif inspect.isfunction(made := getattr(cls, name)) and is_ours(made):
            yield name, made


NAMES = names()
NAMED = [name for name in NAMES if name.rpartition(".")[0] in ("autograd", "nn", "nn.schedules")]
MEMBERS = {
    f"{name}.{member}": (cls, raw)
    for name, cls in NAMES.items()
    if inspect.isclass(cls)
    for member, raw in members(cls)
}
DESCRIBED = NAMES | {name: raw for name, (_, raw) in MEMBERS.items()}


def sections(doc: str) -> dict[str, str]:
    """The text of each section, up to the next line that is not indented."""
    found = {}
    for heading in HEADING.finditer(doc):
        rest = doc[heading.end() + 1 :]
        found[heading[1]] = re.split(r"^(?=\S)", rest, maxsplit=1, flags=re.MULTILINE)[0]
    return found


def entries(doc: str, *headings: str) -> set[str]:
    texts = sections(doc)
    return {
        name.lstrip("*") for heading in headings for name in ENTRY.findall(texts.get(heading, ""))
    }


def arguments(function: Any) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name not in ("self", "cls")]


def inherited(cls: type) -> set[str]:
    """The arguments that all methods of a class share, in its docstring or that of a base."""
    docs = [base.__doc__ or "" for base in cls.__mro__ if is_ours(base)]
    return set().union(*[entries(inspect.cleandoc(doc), "Args") for doc in docs])


@pytest.mark.parametrize("name", DESCRIBED)
def test_it_begins_with_one_sentence(name: str) -> None:
    doc = inspect.getdoc(DESCRIBED[name])
    assert doc, "no docstring"
    summary = re.split(r"\n\s*\n", doc)[0].replace("\n", " ")
    assert SENTENCE.search(summary), summary
    assert len(summary) <= 200


@pytest.mark.parametrize("name", DESCRIBED)
def test_every_argument_is_described(name: str) -> None:
    thing = DESCRIBED[name]
    if isinstance(thing, (property, cached_property)):
        return  # has none
    doc = inspect.getdoc(thing) or ""
    known = entries(doc, "Args", "Attributes") if inspect.isclass(thing) else entries(doc, "Args")
    if name in MEMBERS:
        known |= inherited(MEMBERS[name][0])
    returned = inspect.isclass(thing) and name not in NAMED  # users don't call its constructor
    wanted = [] if returned else arguments(thing)
    assert [argument for argument in wanted if argument not in known] == []
    if not inspect.isclass(thing):  # nor is there an argument that the function does not have
        assert entries(doc, "Args") <= set(arguments(thing))


@pytest.mark.parametrize("name", DESCRIBED)
def test_sections_are_in_order_and_well_formed(name: str) -> None:
    doc = inspect.getdoc(DESCRIBED[name]) or ""
    found = [SECTIONS.index(heading) for heading in HEADING.findall(doc)]
    assert found == sorted(set(found))
    for heading, text in sections(doc).items():
        if heading not in ("Returns", "References"):
            loose = [line for line in text.splitlines() if re.match(r"    \S", line)]
            assert loose, heading
            assert all(ENTRY.match(line) for line in loose), loose
    assert not re.search(r"^Raises [A-Z]", doc, re.MULTILINE)


@pytest.mark.parametrize("name", NAMED)
def test_the_example_runs_as_printed_with_public_names_only(name: str) -> None:
    thing = NAMES[name]
    doc = inspect.getdoc(thing) or ""
    assert ">>> " in doc, "no example"
    public = {each: getattr(autograd, each) for each in autograd.__all__}
    if name.startswith("nn."):
        public |= {each: getattr(nn, each) for each in nn.__all__}
        public |= {each: getattr(schedules, each) for each in schedules.__all__}
    test = doctest.DocTestParser().get_doctest(doc, public, name, None, None)
    with workshop():
        failed, tried = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test)
    assert tried
    assert not failed
