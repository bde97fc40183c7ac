"""The identity numbers of countries: what they look like, and who knows whether one is valid."""

from __future__ import annotations

import re
from dataclasses import dataclass

BY_SHAPE = ""


@dataclass(frozen=True, slots=True)
class NationalNumber:
    """A country's number: its shape, who validates it, and the words that name it where those are needed."""

    country: str
    name: str
    shape: re.Pattern[str]
    module: str
    words: str = ""


def _shape(pattern: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.,/-])(?:{pattern})(?![\w/-])", flags)


NATIONAL_NUMBERS = (
    NationalNumber(
        "SE", "a Swedish personal identity number", _shape(r"(?:\d{2})?\d{6}[-+]\d{4}"), "se.personnummer"
    ),
    NationalNumber(
        "SE",
        "a Swedish personal identity number",
        _shape(r"(?:\d{2})?\d{10}"),
        "se.personnummer",
        "personn|personid",
    ),
    NationalNumber("PL", "a Polish PESEL", _shape(r"\d{11}"), "pl.pesel", "pesel"),
    NationalNumber(
        "FI", "a Finnish personal identity code", _shape(r"\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]"), "fi.hetu"
    ),
    NationalNumber("DK", "a Danish CPR number", _shape(r"\d{6}-?\d{4}"), "dk.cpr", "cpr|personnummer"),
    NationalNumber(
        "NO",
        "a Norwegian birth number",
        _shape(r"\d{6} ?\d{5}"),
        "no.fodselsnummer",
        "fødsels|fodsels|personnummer",
    ),
    # HMRC, National Insurance Manual NIM39110: which letters may stand where.
    NationalNumber(
        "GB",
        "a British National Insurance number",
        _shape(
            r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]",
            re.IGNORECASE,
        ),
        BY_SHAPE,
    ),
    NationalNumber(
        "IT",
        "an Italian codice fiscale",
        _shape(r"[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]", re.IGNORECASE),
        "it.codicefiscale",
    ),
    NationalNumber("ES", "a Spanish DNI", _shape(r"\d{8}-?[A-HJ-NP-TV-Z]"), "es.dni"),
    NationalNumber("ES", "a Spanish NIE", _shape(r"[XYZ]-?\d{7}-?[A-HJ-NP-TV-Z]"), "es.nie"),
    NationalNumber(
        "FR",
        "a French social security number",
        _shape(r"[12] ?\d\d ?\d\d ?\d[\dAB] ?\d{3} ?\d{3} ?\d\d"),
        "fr.nir",
    ),
    NationalNumber("BR", "a Brazilian CPF", _shape(r"\d{3}\.\d{3}\.\d{3}-\d\d"), "br.cpf"),
    NationalNumber("BR", "a Brazilian CPF", _shape(r"\d{11}"), "br.cpf", "cpf"),
    NationalNumber(
        "CN",
        "a Chinese resident identity number",
        re.compile(r"(?<![\dA-Za-z])\d{17}[\dXx](?![\dA-Za-z])"),
        "cn.ric",
    ),
    NationalNumber("NL", "a Dutch BSN", _shape(r"\d{9}"), "nl.bsn", "bsn|burgerservice|sofinummer"),
    NationalNumber(
        "DE",
        "a German tax identity number",
        _shape(r"\d{2} ?\d{3} ?\d{3} ?\d{3}"),
        "de.idnr",
        "steuer-id|steuerid|steueridentifikation|idnr|identifikationsnummer",
    ),
    NationalNumber("TR", "a Turkish identity number", _shape(r"\d{11}"), "tr.tckimlik", "kimlik|t.c.|tckn"),
    NationalNumber("RO", "a Romanian CNP", _shape(r"\d{13}"), "ro.cnp", "cnp|cod numeric"),
    NationalNumber("CZ", "a Czech birth number", _shape(r"\d{6}/\d{3,4}"), "cz.rc", "rodné|rodne|rč|r.č."),
    NationalNumber(
        "IL",
        "an Israeli identity number",
        re.compile(r"(?<![\d-])\d{9}(?![\d-])"),
        "il.idnr",
        'זהות|ת.ז|ת״ז|ת"ז',
    ),
    NationalNumber("BE", "a Belgian national number", _shape(r"\d\d\.\d\d\.\d\d-\d{3}\.\d\d"), "be.nn"),
    NationalNumber(
        "PT", "a Portuguese tax number", _shape(r"\d{3} ?\d{3} ?\d{3}"), "pt.nif", "nif|contribuinte"
    ),
    NationalNumber("CH", "a Swiss AHV number", _shape(r"756\.?\d{4}\.?\d{4}\.?\d\d"), "ch.ssn"),
    NationalNumber(
        "AT",
        "an Austrian insurance number",
        _shape(r"\d{4} ?\d{6}"),
        "at.vnr",
        "sozialversicherung|svnr|sv-nummer",
    ),
    NationalNumber(
        "IN", "an Indian Aadhaar number", _shape(r"\d{4} ?\d{4} ?\d{4}"), "in_.aadhaar", "aadhaar|आधार"
    ),
    NationalNumber(
        "ZA",
        "a South African identity number",
        _shape(r"\d{6} ?\d{4} ?\d{3}"),
        "za.idnr",
        "id number|identity number|id no",
    ),
    NationalNumber("MX", "a Mexican CURP", _shape(r"[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z\d]\d"), "mx.curp"),
    NationalNumber(
        "CA", "a Canadian SIN", _shape(r"\d{3}[ -]?\d{3}[ -]?\d{3}"), "ca.sin", "social insurance|sin:|sin "
    ),
    NationalNumber("UA", "a Ukrainian tax number", _shape(r"\d{10}"), "ua.rntrc", "рнокпп|іпн|податков"),
)
