"""Files of another shape: where fields lie, what is set for all, what is kept beside them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outtray.intake.files import ImportOptions
from outtray.intake.mapping import Plan
from outtray.intake.paths import MISSING, ValuePath
from outtray.model.errors import UsageError
from tests.intake.files import DRAFT, proposals, refusals

RECORD: dict[str, Any] = {
    "id": 7,
    "contact": {"name": "Ada", "emails": [{"kind": "home", "address": "ada@example.com"}]},
    "a.b": {"c": "dotted"},
    "messages": [{"text": "first"}, {"text": "second"}],
    "empty": [],
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", 7),
        ("contact.name", "Ada"),
        ("contact.emails[0].address", "ada@example.com"),
        ("contact.emails.0.address", "ada@example.com"),
        ("contact.emails.address", ["ada@example.com"]),
        ("messages.text", ["first", "second"]),
        ("messages[1].text", "second"),
        ("a.b.c", "dotted"),
        ("messages[5].text", MISSING),
        ("contact.emails[].address", ["ada@example.com"]),
        ("nowhere.at.all", MISSING),
        ("id.more", MISSING),
        ("empty.x", MISSING),
    ],
)
def test_a_path_goes_through_objects_and_arrays(path: str, value: Any) -> None:
    assert ValuePath(path).find(RECORD) == value


def test_what_a_path_took_is_not_kept_a_second_time() -> None:
    (proposal,) = proposals(
        json.dumps(RECORD),
        "json",
        map={
            "to": "contact.emails[0].address",
            "body_text": "messages[0].text",
            "recipient_name": "contact.name",
            "external_id": "id",
        },
        set={"subject": "Your question, {recipient_name}"},
    )
    assert proposal.content.subject == "Your question, Ada"
    assert proposal.external_id == "7"
    assert proposal.context == {
        "contact": {"emails": [{"kind": "home"}]},
        "a.b": {"c": "dotted"},
        "messages": [{"text": "second"}],
        "empty": [],
    }


def test_an_array_without_a_place_gives_all_recipients_but_not_two_bodies() -> None:
    item = {
        "people": [{"mail": "a@example.com"}, {"mail": "b@example.com"}],
        "says": [{"x": "1"}, {"x": "2"}],
    }
    (proposal,) = proposals(json.dumps(item), "json", map={"to": "people.mail"}, set={"body_text": "Hello."})
    assert len(proposal.content.to) == 2
    (refusal,) = refusals(json.dumps(item), "json", map={"to": "people.mail", "body_text": "says.x"})
    assert (
        refusal.sentence
        == "Item 1, field “says.x”: 2 values, where one is wanted; name its place, as in name[0]."
    )


def test_a_problem_names_the_field_as_the_file_does() -> None:
    (refusal,) = refusals('{"contact": {"mail": "nobody"}, "body": "x"}', "json", map={"to": "contact.mail"})
    assert refusal.sentence == "Item 1, field “contact.mail”: not an address."


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Your question, {recipient_name}", "Your question, Ada"),
        ("{ recipient_name }: {company_name}", "Ada: Tideway"),
        ("{{name}} {{{recipient_name}}}", "{name} {Ada}"),
        ("To {to} about {request}", "To ada@example.com about Doors?"),
        ("{email}", "ada@example.com"),
        ("a } b", "a } b"),
    ],
)
def test_braces_stand_for_the_fields_of_each_draft(text: str, subject: str) -> None:
    item = {
        "to": "ada@example.com",
        "body": "x",
        "recipient_name": "Ada",
        "company_name": "Tideway",
        "request": "Doors?",
    }
    (proposal,) = proposals(json.dumps(item), "json", set={"subject": text})
    assert proposal.content.subject == subject


@pytest.mark.parametrize(
    "text", ["{nobody}", "{}", "{to", "{recipient_name!r}", "{attachments}", "{0}", "{to.x}"]
)
def test_a_brace_that_names_no_field_is_refused_before_anything_is_read(text: str) -> None:
    with pytest.raises(UsageError, match="--set subject"):
        Plan(ImportOptions(set={"subject": text}))


@pytest.mark.parametrize("option", ["map", "set"])
def test_a_field_that_no_draft_has_is_refused_before_anything_is_read(option: str) -> None:
    with pytest.raises(UsageError, match="“colour” is no field"):
        Plan(ImportOptions(**{option: {"colour": "x"}}))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="say where it lies"):
        Plan(ImportOptions(map={"to": " . "}))


def test_what_is_set_for_all_leaves_what_an_item_says_itself() -> None:
    items = [{**DRAFT, "subject": ""}, DRAFT]
    found = proposals(
        json.dumps(items), "json", set={"subject": "For all", "priority": "80", "source": "crm"}
    )
    assert [one.content.subject for one in found] == ["For all", "Doors"]
    assert [one.priority for one in found] == [80, 80]
    assert [one.source for one in found] == ["crm", "crm"]


def test_a_field_that_a_text_needs_and_one_item_lacks_is_noted_on_that_draft() -> None:
    (proposal,) = proposals(
        '{"to": "a@example.com", "body": "x"}', "json", set={"subject": "Hi {recipient_name}"}
    )
    assert proposal.content.subject == "Hi"
    assert proposal.notes == ("subject was set with recipient_name, which this one does not have.",)


def test_the_source_that_the_person_names_goes_before_the_files() -> None:
    text = json.dumps({"source": "file", "drafts": [{**DRAFT, "source": "web"}, DRAFT]})
    first, second = proposals(text, "json", source="crm")
    assert (first.source, second.source) == ("crm", "crm")
    assert first.context == {"source": "web"}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text("ab.[0]", max_size=4), inner, max_size=3)
        ),
    ),
    st.text("ab.[01] ", max_size=8),
)
def test_any_path_into_anything_finds_something_or_nothing(value: Any, path: str) -> None:
    looked = ValuePath(path)
    found = looked.find(value)
    if isinstance(value, dict) and looked.steps:
        left = looked.without(value)
        assert isinstance(left, dict)
        if found is MISSING:
            assert left == value
