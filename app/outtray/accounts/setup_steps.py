"""How to get a client secrets file from Google: the five steps that the window and the command line show."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One step: what it is called, what to do, and the page where it is done."""

    title: str
    text: str
    link: str


SETUP_STEPS: tuple[SetupStep, ...] = (
    SetupStep(
        "Make a Google Cloud project",
        "Any name will do. It costs nothing and holds no mail.",
        "https://console.cloud.google.com/projectcreate",
    ),
    SetupStep(
        "Enable the Gmail API",
        "Choose the project at the top of the page, then press Enable.",
        "https://console.cloud.google.com/apis/library/gmail.googleapis.com",
    ),
    SetupStep(
        "Set up the consent screen and publish it",
        "In a Google Workspace choose Internal. Elsewhere choose External and then, under Audience, "
        "Publish app: a client left in Testing is signed out after 7 days.",
        "https://console.cloud.google.com/auth/audience",
    ),
    SetupStep(
        "Make a desktop client",
        "Under Clients choose Create client, application type Desktop app.",
        "https://console.cloud.google.com/auth/clients/create",
    ),
    SetupStep(
        "Download its file",
        "Press Download JSON in the window that appears. Outtray reads this file once; keep it private.",
        "https://console.cloud.google.com/auth/clients",
    ),
)
