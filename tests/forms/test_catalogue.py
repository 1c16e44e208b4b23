"""The forms of resources/ are whole, and a form that contradicts itself is refused."""

import pytest

from runclinic import paths
from runclinic.forms import catalogue
from runclinic.refused import Refused
from tests.content import forget

HEAD = 'id = "sample"\ntitle = "A sample"\nsource = "nobody"\n'
QUESTION = '[[question]]\nid = "a"\nkind = "yes_no"\ntext = "Yes?"\n'


@pytest.fixture
def content(tmp_path, monkeypatch):
    for folder in ("forms", "templates"):
        (tmp_path / folder).mkdir()
    monkeypatch.setattr(paths, "resources", lambda: tmp_path)
    forget()
    yield tmp_path
    forget()


def write(content, body, name="forms/sample.toml", head=HEAD):
    (content / name).write_text(head + body, encoding="utf-8")


def refusal_of_forms():
    with pytest.raises(Refused) as refusal:
        catalogue.forms()
    return str(refusal.value)


def test_every_form_of_the_product_is_read_and_checked():
    assert {"safety", "history", "load_tests", "strength"} <= set(catalogue.forms())
    assert all(each.source for each in catalogue.forms().values())


def test_an_unknown_form_is_refused_with_the_nearest_name():
    with pytest.raises(Refused, match="Did you mean “history”"):
        catalogue.form("histroy")
    with pytest.raises(Refused, match="There is no form “zzzz”"):
        catalogue.form("zzzz")


@pytest.mark.parametrize(
    "word, near",
    [("rf01", "RF01"), ("RF1", "RF01"), ("grade_overal", "grade_overall"), ("qqqqqq", None)],
)
def test_the_nearest_name(word, near):
    assert catalogue.nearest(word, ["RF01", "grade_overall"]) == near


def test_a_question_is_found_by_its_key():
    asked = catalogue.question("safety/RF05_sub")
    assert asked is not None
    assert [option.value for option in asked.options] == ["at_rest", "effort", "flutter", "cleared"]
    assert catalogue.question("safety/nothing") is None
    assert catalogue.question("nothing/RF01") is None


def test_a_form_may_live_in_a_file_of_another_name():
    assert catalogue.form("clinic").find("phone")


@pytest.mark.parametrize(
    "body, line, words",
    [
        (QUESTION + QUESTION, 5, "stands twice"),
        (QUESTION + "colour = 1\n", 8, "colour"),
        ('[[question]]\nid = "a"\nkind = "slider"\ntext = "?"\n', 6, "slider"),
        (QUESTION + 'shown_when = { question = "b", equals = "yes" }\n', 5, "“b” is not there"),
        (
            QUESTION + 'shown_when = { question = "other/b", equals = "yes" }\n',
            5,
            "the form “other” is not there",
        ),
        (QUESTION + 'drawn_when = { fact = "shoe_size", at_least = 40 }\n', 5, "“shoe_size” is not known"),
        (QUESTION + "shown_when = { equals = 3 }\n", 5, "neither a question nor a fact"),
        (QUESTION + 'shown_when = { question = "a", equals = "yes" }\n', 5, "only by its own answer"),
        (QUESTION + 'adds = ["nothing"]\n', 8, "no template “nothing”"),
        ('[[question]]\nid = "a"\nkind = "choice"\ntext = "?"\n', 5, "nothing to choose from"),
        ('[[question]]\nid = "a"\nkind = "number"\ntext = "?"\n', 5, "needs a range"),
        ('[[question]]\nid = "a"\nkind = "number"\ntext = "?"\nrange = [5, 1]\n', 5, "upside down"),
        ('[[question]]\nid = "a"\nkind = "left_right"\ntext = "?"\n', 5, "what each one is asked"),
        ('[[question]]\nid = "a"\nkind = "records"\ntext = "?"\n', 5, "no columns"),
        ('[[question]]\nid = "a"\nkind = "grid"\ntext = "?"\nrows_from = "b"\n', 5, "rows come from “b”"),
        (
            QUESTION.replace("yes_no", "choice")
            + 'options = [{ value = "x", text = "x" }, { value = "x", text = "y" }]',
            5,
            "an option stands twice",
        ),
        (
            QUESTION + '[[question]]\nid = "b"\nkind = "yes_no"\ntext = "?"\n'
            'shown_when = { question = "a", equals = "perhaps" }\n',
            9,
            "a has no option “perhaps”",
        ),
        (
            QUESTION
            + 'shown_when = { any = [{ question = "a" }, { all = [{ question = "c", known = true }] }] }\n',
            5,
            "“c” is not there",
        ),
    ],
)
def test_bad_content_is_refused_with_file_and_line(content, body, line, words):
    write(content, body)
    said = refusal_of_forms()
    assert words in said
    assert said.startswith(f"resources/forms/sample.toml, line {line}")


def test_two_files_cannot_hold_the_same_form(content):
    write(content, QUESTION)
    write(content, QUESTION, name="forms/sample2.toml")
    assert "sample2.toml, line 1: the form “sample” is already in" in refusal_of_forms()


def test_a_form_needs_an_id(content):
    write(content, QUESTION, head='title = "x"\n')
    assert "has no id" in refusal_of_forms()


def test_a_circle_of_two_questions_is_refused(content):
    body = QUESTION + 'shown_when = { question = "b", equals = "yes" }\n' + QUESTION.replace('"a"', '"b"')
    write(content, body + 'shown_when = { question = "a", equals = "yes" }\n')
    assert "only by its own answer" in refusal_of_forms()


def test_a_condition_of_a_form_is_checked_against_the_other_form(content):
    write(content, 'opens_when = { question = "other/x", equals = "yes" }\n' + QUESTION)
    write(content, QUESTION, name="forms/other.toml", head=HEAD.replace("sample", "other"))
    assert "forms/sample.toml, line 4: the question “other/x” is not there" in refusal_of_forms()


def test_a_question_of_another_form_must_exist(content):
    write(content, QUESTION + 'drawn_when = { question = "other/x", equals = "yes" }\n')
    write(content, QUESTION, name="forms/other.toml", head=HEAD.replace("sample", "other"))
    assert "forms/sample.toml, line 5: a: the question “other/x” is not there" in refusal_of_forms()


def test_a_template_follows_the_sub_answers_of_its_card(content):
    write(
        content, '[[question]]\nid = "{id}_when"\nkind = "date"\ntext = "When?"\n', "templates/dated.toml", ""
    )
    body = QUESTION + 'adds = ["dated"]\n' + QUESTION.replace('"a"', '"a_sub"') + 'card = "a"\n'
    write(content, body + QUESTION.replace('"a"', '"b"'))
    made = catalogue.form("sample")
    assert [each.id for each in made.question] == ["a", "a_sub", "a_when", "b"]
    assert made.question[2].card == "a"


def test_a_bad_template_is_refused_by_its_own_file(content):
    write(content, '[[question]]\nid = "{id}_x"\nkind = "slider"\ntext = "?"\n', "templates/dated.toml", "")
    write(content, QUESTION + 'adds = ["dated"]\n')
    assert "resources/templates/dated.toml, line 2: {id}_x" in refusal_of_forms()


def test_a_retest_is_asked_like_its_test():
    tests = catalogue.form("load_tests")
    hops, retest, jog = tests.find("LT06"), tests.find("LT06_retest"), tests.find("LT04_retest")
    assert hops
    assert retest
    assert jog
    assert (retest.kind, retest.each) == ("left_right", hops.each)
    assert (jog.kind, jog.range, jog.unit) == ("seconds", (0, 120), "s")
    assert retest.card == "LT06"


def test_a_grid_knows_its_rows():
    sites = catalogue.question("history/H29")
    pain = catalogue.question("history/H30")
    assert sites
    assert pain
    assert pain.options == sites.options
