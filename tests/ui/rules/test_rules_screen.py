"""The Rules screen: order, switches, sentences, what a rule would take, shadow, trial, questions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QListWidget,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QWidget,
)

from outtray.desk import Desk
from outtray.model.rule import RuleKind, RuleMode
from outtray.review import decide, rule_changes
from outtray.review.rule_stop import STOPPED
from outtray.store import facts
from outtray.store.settings import get_setting
from outtray.ui.rules.screen import RulesScreen
from tests.fakes.clock import FakeClock
from tests.fakes.desks import approve
from tests.review.ruled_desks import FROM_CRM, add_rule, examined, look, only, rules_act
from tests.ui.rooms.room import Room

Show = Callable[..., Room]


def opened(room: Show, prepare: Callable[[Desk], object] = lambda desk: None) -> Room:
    made = room("rules", prepare)
    made.wait(lambda: screen_of(made).page.record or not made.view.model().rowCount())
    made.settle()
    return made


def screen_of(room: Room) -> RulesScreen:
    assert isinstance(room.screen_, RulesScreen)
    return room.screen_


def names(desk: Desk) -> list[str]:
    return [rule.name for rule in rule_changes.all_rules(desk)]


def mode(desk: Desk, name: str) -> RuleMode:
    return next(rule.mode for rule in rule_changes.all_rules(desk) if rule.name == name)


def press_mode(room: Room, name: str, word: str) -> None:
    """Presses a word of a rule's switch in the list."""
    around = next(
        one
        for one in room.findChildren(QWidget)
        if one.accessibleName() == f"Mode of {name}" and one.isVisible()
    )
    next(button for button in _buttons(around) if button.accessibleName() == word).click()
    room.settle()


def _buttons(around: QWidget) -> list[QAbstractButton]:
    return list(around.findChildren(QAbstractButton))


def answer(room: Room, word: str) -> str:
    """Gives an answer to the question that is open; what it asked."""
    dialog = room.dialog()
    asked = f"{dialog.accessibleName()} {dialog.accessibleDescription()}"
    next(one for one in dialog.findChildren(QPushButton) if one.accessibleName() == word).click()
    room.settle()
    return asked


def decided(desk: Desk) -> None:
    """A rule in shadow, and three decisions beside it: one that it would have approved was rejected."""
    only(desk)
    add_rule(desk, FROM_CRM, mode=RuleMode.SHADOW)
    first, second, third, _ = [
        examined(desk, external_id=str(n), to=f"a{n}@example.com", subject=f"Slot {n}") for n in range(4)
    ]
    look(desk)
    approve(desk, first)
    approve(desk, second)
    decide.reject(desk, [third], "Wrong person")


def test_the_rules_stand_in_their_order_and_speak(room: Show) -> None:
    rules = opened(room)
    assert isinstance(rules.view, QListWidget)
    assert rules.view.accessibleName() == "Rules"
    assert rules.rows() == [
        "Rule 1, Replied within 90 days, in shadow, No decision yet",
        "Rule 2, Known good recipient, in shadow, No decision yet",
        "Rule 3, Score and domain, in shadow, No decision yet",
    ]
    assert "Off. Every message waits for you." in rules.words()


def test_keys_go_through_the_rules_and_move_them(room: Show) -> None:
    rules = opened(room)
    rules.key("J", "J", "K")
    rules.wait(lambda: screen_of(rules).page.name.text() == "Known good recipient")
    QTest.keyClick(rules.windowHandle(), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    rules.wait(lambda: names(rules.desk)[0] == "Known good recipient")
    rules.wait(lambda: rules.rows()[0].startswith("Rule 1, Known good recipient"))
    assert screen_of(rules).list.currentRow() == 0


def test_without_a_rule_every_message_waits(room: Show) -> None:
    rules = room("rules", only)
    rules.wait(lambda: "No rules. Every message waits for you." in rules.words())
    rules.press("New rule")
    rules.wait(lambda: names(rules.desk) == ["New rule"])
    rules.wait(screen_of(rules).page.name.hasFocus)
    assert mode(rules.desk, "New rule") is RuleMode.OFF


def test_a_sentence_is_changed_where_it_stands_and_saved(room: Show) -> None:
    rules = opened(room)
    field = next(one for one in rules.findChildren(QSpinBox) if one.accessibleName() == "Number")
    field.setValue(30)
    rules.wait(lambda: rule_changes.all_rules(rules.desk)[0].number == 30)
    rules.settle()
    assert "Saved" in rules.words()
    assert rule_changes.all_rules(rules.desk)[0].version == 2
    name = screen_of(rules).page.name
    name.setFocus()
    name.selectAll()
    QTest.keyClicks(name, "Replied lately")
    rules.wait(lambda: "Replied lately" in names(rules.desk))


def test_what_no_rule_can_be_is_said_beside_it(room: Show) -> None:
    def by_domain(desk: Desk) -> None:
        from outtray.model.rule_conditions import Comparison, Condition, Field

        only(desk)
        add_rule(desk, Condition(Field.DOMAIN, Comparison.IS, "example.com"), mode=RuleMode.OFF)

    rules = opened(room, by_domain)
    field = next(one for one in rules.findChildren(QLineEdit) if one.accessibleName() == "Recipient’s domain")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "nodots")
    rules.wait(lambda: "“nodots” is no domain." in rules.words())
    assert rule_changes.all_rules(rules.desk)[0].version == 1


def test_it_says_what_it_would_take_now(room: Show) -> None:
    rules = opened(room, decided)
    rules.wait(lambda: "It would take 1 of the 1 in review now." in rules.words())


def test_shadow_is_compared_with_what_the_operator_decided(room: Show) -> None:
    rules = opened(room, decided)
    rules.wait(lambda: "Agreed 2 of 3" in rules.words())
    assert "· 66.7 %" in rules.words()
    assert "Would have let through, you rejected:" in rules.words()
    assert "a2@example.com, “Slot 2”. Reason: Wrong person" in rules.words()
    rules.press("Show the draft to a2@example.com")
    assert rules.shell.went == [("rejected", 3)]


def test_a_trial_opens_the_way_to_switching_on(room: Show) -> None:
    rules = opened(room, decided)
    on = rules.button("Switch on")
    assert not on.isEnabled()
    assert on.accessibleDescription().startswith("Try it on history first")
    press_mode(rules, "From the CRM", "On")
    assert rules.shell.messages[-1][1].startswith("Try it on history first")
    rules.press("Try on history")
    rules.wait(lambda: "of 3 it would let through" in rules.words())
    table = rules.findChild(QTableWidget, "differing")
    assert isinstance(table, QTableWidget)
    assert [table.model().index(0, column).data() for column in range(4)] == [
        "a2@example.com", "Slot 2", "09:00", "Rejected: wrong person",
    ]  # fmt: skip
    rules.wait(lambda: rules.button("Switch on").isEnabled())
    rules.press("Switch on")
    rules.wait(lambda: [one for one in rules.findChildren(QPushButton) if one.accessibleName() == "Leave it"])
    asked = answer(rules, "Switch on")
    assert "it would have let 3 of 3 through" in asked
    assert "Nothing leaves by it before you let rules let mail through" in asked
    rules.wait(lambda: mode(rules.desk, "From the CRM") is RuleMode.ON)


def test_the_rules_own_switch_asks_and_names_what_it_means(room: Show) -> None:
    def one_on(desk: Desk) -> None:
        only(desk)
        add_rule(desk, FROM_CRM)

    rules = opened(room, one_on)
    rules.press("Rules may let mail through")
    asked = answer(rules, "Keep them off")
    assert "What “From the CRM” matches leaves without you, 30 seconds after it was let through" in asked
    assert enabled(rules.desk) is False
    rules.press("Rules may let mail through")
    answer(rules, "Let them")
    rules.wait(lambda: enabled(rules.desk))
    rules.wait(lambda: "On. 1 rule lets mail through while this window runs." in rules.words())
    # Off needs no question.
    rules.press("Rules may let mail through")
    rules.wait(lambda: not enabled(rules.desk))


def enabled(desk: Desk) -> bool:
    with desk.store.read() as connection:
        return bool(get_setting(connection, "rules.enabled"))


def test_why_they_switched_themselves_off_stands_on_top(room: Show, clock: FakeClock) -> None:
    def stopped(desk: Desk) -> None:
        value = {"at": 1772442000000, "sentence": "3 of 14 sends failed within an hour."}
        desk.store.write(lambda transaction: facts.set_fact(transaction, STOPPED, value))

    rules = opened(room, stopped)
    rules.wait(lambda: "3 of 14 sends failed within an hour." in rules.words())
    assert "Off since 09:00" in rules.words()


def test_a_rule_is_deleted_after_a_question(room: Show) -> None:
    rules = opened(room)
    rules.press("Delete rule")
    answer(rules, "Keep it")
    assert len(names(rules.desk)) == 3
    rules.press("Delete rule")
    answer(rules, "Delete rule")
    rules.wait(lambda: names(rules.desk) == ["Known good recipient", "Score and domain"])
    rules.wait(lambda: screen_of(rules).page.name.text() == "Known good recipient")


@pytest.mark.parametrize("word", ["Off", "Shadow"])
def test_standing_back_needs_no_question(room: Show, word: str) -> None:
    def one_on(desk: Desk) -> None:
        only(desk)
        add_rule(desk, FROM_CRM)

    rules = opened(room, one_on)
    press_mode(rules, "From the CRM", word)
    rules.wait(lambda: mode(rules.desk, "From the CRM").value == word.lower())


def test_every_control_has_a_name(room: Show) -> None:
    rules = opened(room, decided)
    for kind in (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit):
        for one in rules.findChildren(kind):
            inside = isinstance(one.parent(), QAbstractSpinBox | QComboBox)
            if one.isVisible() and not inside:
                assert one.accessibleName(), one


def test_the_kind_of_a_rule_changes_its_sentence(room: Show) -> None:
    rules = opened(room)
    screen_of(rules).page.sentence._take_kind(RuleKind.SCORED)
    rules.wait(lambda: rule_changes.all_rules(rules.desk)[0].kind is RuleKind.SCORED)
    assert " | states" in rules.words()


def test_what_is_typed_is_kept_when_another_rule_is_shown(room: Show, clock: FakeClock) -> None:
    clock.advance(timedelta(seconds=1))
    rules = opened(room)
    field = next(one for one in rules.findChildren(QSpinBox) if one.accessibleName() == "Number")
    field.setValue(45)
    screen_of(rules).list.setFocus()
    rules.key("J")
    rules.wait(lambda: rule_changes.all_rules(rules.desk)[0].number == 45)


def test_a_rule_that_is_on_and_lets_through_is_seen_by_the_window(room: Show) -> None:
    from outtray.ui.rules.keeper import RuleKeeper

    def one_on(desk: Desk) -> None:
        only(desk)
        add_rule(desk, FROM_CRM)
        rules_act(desk)
        examined(desk)

    rules = opened(room, one_on)
    keeper = RuleKeeper(rules.context)
    keeper.look()
    rules.wait(lambda: rules.context.reads.counts().get("status.approved"))
    keeper.stop()


def test_in_a_narrow_window_the_list_or_the_rule_is_shown(room: Show) -> None:
    rules = opened(room)
    screen = screen_of(rules)
    screen.resized(700, 700)
    assert screen.list.isVisible()
    assert not screen.page.isVisible()
    rules.key(Qt.Key.Key_Return)
    assert screen.page.isVisible()
    assert not screen.list.isVisible()
    assert screen.page.name.hasFocus()
    rules.key(Qt.Key.Key_Escape)
    assert screen.list.isVisible()
    rules.key("O")
    rules.press("Back to the rules")
    assert screen.list.hasFocus()
    rules.click(screen.list.visualItemRect(screen.list.item(1)).topRight() + QPoint(-8, 8))
    rules.wait(lambda: screen.page.isVisible() and screen.page.name.text() == "Known good recipient")
    rules.key(Qt.Key.Key_Escape)
    screen.resized(1440, 900)
    assert screen.page.isVisible()
