"""Each fact about Gmail that sending builds on, as something that can be tried."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid

from tests.contract.client import Api
from tests.fakes.google.mailbox import TOKEN_HEADER

METADATA = "https://www.googleapis.com/auth/gmail.metadata"


class Differs(AssertionError):  # noqa: N818 - a finding, not a fault of the program
    """Gmail does not do what is taken for granted."""


@dataclass(slots=True)
class Bench:
    """What every trial is given: the API, the mailbox's own address, and the drafts to clear away."""

    api: Api
    address: str
    scopes: tuple[str, ...]
    made: list[str]

    def message(self, **lines: str) -> tuple[str, bytes]:
        """A message to the mailbox itself; gives its delivery id and bytes. `lines` with _ for -."""
        token = secrets.token_hex(16)
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self.address
        mail["To"] = lines.pop("To", self.address)
        mail["Subject"] = lines.pop("Subject", "Outtray looks at what Gmail does")
        mail["Message-ID"] = make_msgid(domain="outtray.example.com")
        mail[TOKEN_HEADER] = token
        for name, value in lines.items():
            mail[name.replace("_", "-")] = value
        mail.set_content("Sent by Outtray's gmail-contract to the account that it was run with.\n")
        return token, bytes(mail)

    def draft(self, raw: bytes, thread_id: str | None = None) -> tuple[str, str]:
        """A draft in Gmail: its id and its message's."""
        answer = self.api.create(raw, thread_id)
        expect(answer.status == 200, f"drafts.create answered {answer.status} {answer.reason}")
        draft_id = str(answer.value["id"])
        self.made.append(draft_id)
        return draft_id, str(answer.value["message"]["id"])

    def draft_of(self, token: str) -> str | None:
        """The draft that carries a delivery id, looked for as recovery does."""
        for one in self.api.pages("drafts", "drafts"):
            found = self.api.get(f"drafts/{one['id']}", format="metadata")
            if self.api.headers(found.value.get("message", {})).get(TOKEN_HEADER.lower()) == token:
                return str(one["id"])
        return None

    def sent_of(self, token: str, most: int = 50) -> dict[str, str] | None:
        """The message in SENT that carries a delivery id: its id and its header lines."""
        for number, one in enumerate(self.api.pages("messages", "messages", labelIds="SENT")):
            if number >= most:
                return None
            found = self.api.get(f"messages/{one['id']}", format="metadata")
            headers = self.api.headers(found.value)
            if headers.get(TOKEN_HEADER.lower()) == token:
                return headers | {"": str(one["id"])}
        return None

    @property
    def sees_sent(self) -> bool:
        return METADATA in self.scopes


def expect(holds: bool, otherwise: str) -> None:
    """Raises Differs with what was seen instead."""
    if not holds:
        raise Differs(otherwise)


def names_the_mailbox(bench: Bench) -> str:
    answer = bench.api.get("profile")
    expect(answer.status == 200, f"getProfile answered {answer.status}")
    found = str(answer.value.get("emailAddress"))
    expect(found.lower() == bench.address.lower(), f"getProfile named {found}")
    return "getProfile names the account"


def keeps_our_header_in_a_draft(bench: Bench) -> str:
    token, raw = bench.message()
    draft_id, message_id = bench.draft(raw)
    answer = bench.api.get(f"drafts/{draft_id}", format="metadata")
    expect(answer.status == 200, f"drafts.get answered {answer.status} {answer.reason}")
    message = answer.value["message"]
    expect(bench.api.headers(message).get(TOKEN_HEADER.lower()) == token, "our header was not there")
    expect(message["id"] == message_id, "the message id differed from that of drafts.create")
    expect("DRAFT" in message["labelIds"], f"the labels were {message['labelIds']}")
    return "a draft keeps our header and its message id"


def finds_a_draft_by_paging(bench: Bench) -> str:
    token, raw = bench.message()
    draft_id, _ = bench.draft(raw)
    found = bench.draft_of(token)
    expect(found == draft_id, f"drafts.list and drafts.get led to {found}")
    return "a draft is found again by drafts.list and our header"


def consumes_a_draft_when_it_is_sent(bench: Bench) -> str:
    _, raw = bench.message()
    draft_id, message_id = bench.draft(raw)
    answer = bench.api.send(draft_id)
    expect(answer.status == 200, f"drafts.send answered {answer.status} {answer.reason}")
    expect(answer.value["id"] != message_id, "the sent message kept the draft's message id")
    expect("SENT" in answer.value.get("labelIds", []), f"the labels were {answer.value.get('labelIds')}")
    gone = bench.api.get(f"drafts/{draft_id}", format="metadata")
    expect(gone.status == 404, f"the draft was still there: {gone.status}")
    return "drafts.send leaves a message of another id in SENT, and the draft is gone"


def refuses_to_send_a_draft_twice(bench: Bench) -> str:
    _, raw = bench.message()
    draft_id, _ = bench.draft(raw)
    bench.api.send(draft_id)
    again = bench.api.send(draft_id)
    expect(again.status == 404, f"the second drafts.send answered {again.status} {again.reason}")
    return "a second drafts.send of the same id is 404"


def keeps_our_header_when_sent(bench: Bench) -> str:
    if not bench.sees_sent:
        raise Untried("needs gmail.metadata")
    token, raw = bench.message()
    draft_id, _ = bench.draft(raw)
    sent = bench.api.send(draft_id).value
    found = bench.sent_of(token)
    expect(found is not None, "no message in SENT carries our header")
    assert found is not None
    expect(found[""] == sent["id"], "SENT has it under another id than drafts.send gave")
    ours = f"<{raw.partition(b'Message-ID: <')[2].partition(b'>')[0].decode()}>"
    kept = found.get("message-id") == ours
    return f"SENT keeps our header; Message-ID was {'kept' if kept else 'rewritten'}"


def adds_header_lines(bench: Bench) -> str:
    _, raw = bench.message()
    draft_id, _ = bench.draft(raw)
    answer = bench.api.get(f"drafts/{draft_id}", format="metadata")
    ours = {line.partition(b":")[0].decode().lower() for line in raw.partition(b"\r\n\r\n")[0].split(b"\r\n")}
    added = sorted(set(bench.api.headers(answer.value["message"])) - ours)
    return f"header lines that Gmail added to a draft: {', '.join(added) or 'none'}"


def refuses_what_metadata_does_not_cover(bench: Bench) -> str:
    if not bench.sees_sent:
        raise Untried("needs gmail.metadata")
    token, raw = bench.message()
    draft_id, message_id = bench.draft(raw)
    for what, answer in {
        "messages.list with q": bench.api.get("messages", q=f"subject:{token}"),
        "messages.get full": bench.api.get(f"messages/{message_id}", format="full"),
        "messages.get raw": bench.api.get(f"messages/{message_id}", format="raw"),
        "drafts.list with q": bench.api.get("drafts", q=f"subject:{token}"),
        "drafts.get full": bench.api.get(f"drafts/{draft_id}", format="full"),
        "drafts.get raw": bench.api.get(f"drafts/{draft_id}", format="raw"),
    }.items():
        expect(answer.status == 403, f"{what} answered {answer.status}")
    return "a token that holds gmail.metadata is refused q, full and raw everywhere"


def hides_sent_without_metadata(bench: Bench) -> str:
    if bench.sees_sent:
        raise Untried("needs a sign-in without gmail.metadata")
    answer = bench.api.get("messages", labelIds="SENT")
    expect(answer.status == 403, f"messages.list answered {answer.status}")
    return "without gmail.metadata SENT is not seen"


def lists_the_newest_first(bench: Bench) -> str:
    if not bench.sees_sent:
        raise Untried("needs gmail.metadata")
    sent = []
    for _ in range(2):
        _, raw = bench.message()
        sent.append(str(bench.api.send(bench.draft(raw)[0]).value["id"]))
    first = bench.api.get("messages", labelIds="SENT", maxResults="1").value
    expect(first["messages"][0]["id"] == sent[1], "the newest message was not the first")
    second = bench.api.get(
        "messages", labelIds="SENT", maxResults="1", pageToken=str(first["nextPageToken"])
    ).value
    expect(second["messages"][0]["id"] == sent[0], "the second page did not go on from the first")
    return "SENT is paged from the newest back"


def deletes_a_draft_for_good(bench: Bench) -> str:
    _, raw = bench.message()
    draft_id, _ = bench.draft(raw)
    answer = bench.api.delete(f"drafts/{draft_id}")
    expect(answer.status == 204, f"drafts.delete answered {answer.status}")
    expect(bench.api.get(f"drafts/{draft_id}", format="metadata").status == 404, "it was still there")
    expect(bench.api.delete(f"drafts/{draft_id}").status == 404, "a second deletion was not 404")
    return "a deleted draft is 404 from then on"


def keeps_the_thread(bench: Bench) -> str:
    _, raw = bench.message()
    first = bench.api.send(bench.draft(raw)[0]).value
    _, reply = bench.message(Subject="Re: Outtray looks at what Gmail does")
    draft = bench.api.upload(reply, str(first["threadId"]))
    expect(draft.status == 200, f"the upload answered {draft.status} {draft.reason}")
    bench.made.append(str(draft.value["id"]))
    sent = bench.api.send(str(draft.value["id"])).value
    expect(sent["threadId"] == first["threadId"], "the reply went into another thread")
    return "a multipart upload takes a thread id, and the message stays in that thread"


def refuses_an_address_that_is_none(bench: Bench) -> str:
    _, raw = bench.message()
    raw = raw.replace(b"To: " + bench.address.encode(), b"To: nobody at nowhere", 1)
    answer = bench.api.create(raw)
    where = "drafts.create"
    if answer.status == 200:
        bench.made.append(str(answer.value["id"]))
        answer, where = bench.api.send(str(answer.value["id"])), "drafts.send"
    expect(answer.status == 400, f"{where} answered {answer.status}")
    form = "new" if "status" in answer.error else "old"
    return f"an invalid To is 400 {answer.reason} at {where}, in the {form} form"


class Untried(Exception):  # noqa: N818 - not an error
    """This sign-in can't tell."""


FACTS: tuple[Callable[[Bench], str], ...] = (
    names_the_mailbox,
    keeps_our_header_in_a_draft,
    finds_a_draft_by_paging,
    consumes_a_draft_when_it_is_sent,
    refuses_to_send_a_draft_twice,
    keeps_our_header_when_sent,
    adds_header_lines,
    refuses_what_metadata_does_not_cover,
    hides_sent_without_metadata,
    lists_the_newest_first,
    deletes_a_draft_for_good,
    keeps_the_thread,
    refuses_an_address_that_is_none,
)
