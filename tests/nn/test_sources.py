import pytest

from nn import load_csv

TEXT = "length,width,species\n5.1,3.5,setosa\n7.0,3.2,versicolor\n"


@pytest.fixture
def file(tmp_path):
    def written(text, encoding="utf-8"):
        path = tmp_path / "data.csv"
        path.write_text(text, encoding=encoding)
        return path

    return written


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (TEXT, "utf-8"),
        (TEXT, "utf-8-sig"),  # as spreadsheets write it
        (TEXT.replace(",", ";"), "utf-8"),
        (TEXT.replace(",", "\t"), "utf-8"),
        (TEXT.replace("\n", "\r\n"), "utf-8"),
        (TEXT.replace("\n", "\n\n") + " \n,,\n", "utf-8"),
        (TEXT.replace(",", " , "), "utf-8"),
        (TEXT.replace("setosa", '"setosa"'), "utf-8"),
        ("species,length,width\nsetosa,5.1,3.5\nversicolor,7,3.2\n", "utf-8"),
    ],
)
def test_a_table_with_a_column_of_classes(file, text, encoding):
    data = load_csv(file(text, encoding), target="species")
    assert data.feature_names == ("length", "width")
    assert data.rows == [[5.1, 3.5], [7.0, 3.2]]
    assert data.class_names == ("setosa", "versicolor")
    assert data.labels == [0, 1]


@pytest.mark.parametrize(
    ("cells", "labels", "class_names"),
    [
        (["0", "2", "-1"], [0, 2, -1], ()),
        (["0.5", "2", "1e3"], [0.5, 2.0, 1000.0], ()),
        (["+1", "2.", ".5e-1"], [1.0, 2.0, 0.05], ()),
        (["none", "b", "é"], [1, 0, 2], ("b", "none", "é")),
        (["1b", "<=2", "20-30"], [0, 2, 1], ("1b", "20-30", "<=2")),
    ],
)
def test_labels(file, cells, labels, class_names):
    data = load_csv(file("x,y\n" + "".join([f"1.0,{cell}\n" for cell in cells])), target="y")
    assert data.labels == labels
    assert [type(label) for label in data.labels] == [type(label) for label in labels]
    assert data.class_names == class_names


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "",
            "data.csv, line 1: expected a line of names and at least one row below it, got 0 and 0",
        ),
        (
            "length,species\n",
            "line 1: expected a line of names and at least one row below it, got 1 and 0",
        ),
        ("\nlength,width\n1,2\n", "line 2: no column 'species'; accepted: length, width"),
        ("length,specis\n1,2\n", "no column 'specis'|'species'; did you mean 'specis'"),
        ("length,,species\n1,2,a\n", "column 2 is ''"),
        ("length,length,species\n1,2,a\n", "all different; column 2 is 'length'"),
        (TEXT + "\n1.0,2.0\n", r"line 5: expected 3 cells \(length, width, species\), got 2"),
        (TEXT + "1.0,2.0,a,b\n", "line 4: expected 3 cells .* got 4"),
        (TEXT + "1.0,wide,a\n", "line 4, width: expected a finite number, got 'wide'"),
        (TEXT + "1.0,,a\n", "line 4, width: expected a finite number, got ''"),
        (TEXT + "inf,1.0,a\n", "line 4, length: expected a finite number, got 'inf'"),
        (TEXT + "1.0,2.0,\n", "line 4, species: expected a label, got an empty cell"),
        (
            "x,species\n1,0.5\n2,l.5\n",
            "line 3, species: expected a number as label, as in other lines, got 'l.5'",
        ),
        ("species\na\n", "line 1: expected at least one column of numbers beside 'species'"),
        (TEXT + '1.0,2.0,"a"b\n', "data.csv, line 4: no CSV file: "),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(file, text, message):
    with pytest.raises(ValueError, match=message):
        load_csv(file(text), target="species")


def test_files_that_cannot_be_read(file, tmp_path):
    with pytest.raises(ValueError, match=r"data\.csv, line 1: expected a text in UTF-8"):
        load_csv(file("länge,species\n1,a\n", "latin-1"), target="species")
    with pytest.raises(FileNotFoundError):
        load_csv(tmp_path / "none.csv", target="species")
