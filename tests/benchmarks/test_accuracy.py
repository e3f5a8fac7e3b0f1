"""The recorded errors: of every operation that users call, and of no other."""

from tests.autograd.oracle import OPERATIONS
from tests.benchmarks import accuracy


def test_every_operation_has_its_errors_recorded():
    assert list(accuracy.recorded()) == [n for n in OPERATIONS if n not in accuracy.INTERNAL], (
        "`python -m tests.benchmarks.accuracy` records them"
    )


def test_storing_keeps_the_others(tmp_path, monkeypatch):
    before = accuracy.recorded()
    copy = tmp_path / "accuracy.csv"
    copy.write_bytes(accuracy.RECORD.read_bytes())
    monkeypatch.setattr(accuracy, "RECORD", copy)
    errors = ["0.25", "0.50", "1.0e-16", "2.0e-16"]
    accuracy.store({"tanh": errors})
    assert accuracy.recorded() == before | {"tanh": errors}
    assert list(accuracy.recorded()) == list(before)
