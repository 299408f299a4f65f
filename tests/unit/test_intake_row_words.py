"""Words for types and states in the cells: what is owed by them, what is not, and what is asked."""

import pytest
from dunning.domain.intake.mapping import answers_of, read_mapping, skeleton
from dunning.domain.intake.understood import Question

from tests.unit.tables import read

HEAD = "Type,Invoice No,Customer,Date,Due,Amount,Currency\n"
DAYS = "2026-01-13,2026-02-13"
STATE = "Invoice,Customer,Date,Due,Amount,Status,Currency\n"


def typed(*words: str) -> str:
    return HEAD + "".join(f"{word},T{n},Foo,{DAYS},10.00,EUR\n" for n, word in enumerate(words, 1))


def stated(*words: str) -> str:
    return STATE + "".join(f"T{n},Foo,{DAYS},10.00,{word},EUR\n" for n, word in enumerate(words, 1))


@pytest.mark.parametrize("word", ["Sales Receipt", "Cash sale", "Barverkauf", "Quittung"])
def test_a_sale_that_was_paid_at_once_is_counted_and_not_owed(word: str) -> None:
    found = read(typed("Invoice", word))

    assert [d.number for d in found.documents] == ["T1"]
    assert found.understood.skipped == {"cash_sale": 1}


@pytest.mark.parametrize("word", ["Mahnung", "Statement", "Kontoauszug"])
def test_a_letter_about_what_is_owed_is_no_further_claim(word: str) -> None:
    found = read(typed("Invoice", word))

    assert [d.number for d in found.documents] == ["T1"]
    assert found.understood.skipped == {"no_invoice": 1}


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Write-off", "takes_off"), ("Bad debt", "takes_off"), ("Abschreibung", "takes_off"),
        ("Ausbuchung", "takes_off"), ("Skonto", "takes_off"), ("Discount", "takes_off"),
        ("Storno", "takes_back"), ("Stornobuchung", "takes_back"), ("Cancellation", "takes_back"),
        ("Rückbuchung", "takes_back"), ("Refund Receipt", "takes_back"),
        ("Bill Payment (Check)", "payables"),
    ],
)  # fmt: skip
def test_what_takes_off_or_back_is_refused_with_what_to_send(word: str, code: str) -> None:
    found = read(typed("Invoice", word))

    assert found.errors == [(3, code)]
    assert [d.number for d in found.documents] == ["T1"]


@pytest.mark.parametrize(
    "word", ["Invoice payment", "Customer Deposit", "Vorauszahlung", "Advance"]
)
def test_words_for_payments_make_payments(word: str) -> None:
    found = read(typed("Invoice", word))

    assert [d.type for d in found.documents] == ["invoice", "payment"]


def test_types_that_are_not_known_are_asked_about() -> None:
    text = typed("Invoice", "Check", "Retoure", "Foo, Bar").replace("Foo, Bar", '"Foo, Bar"')

    asked = read(text)
    assert asked.asked == ["types"]
    (question,) = asked.understood.questions
    lines = [line for line, _ in question.answers]
    assert lines[1] == "ignore: [Type]"
    assert dict(read_mapping(lines[0]).types) == {
        "Check": "invoice",
        "Retoure": "invoice",
        "Foo, Bar": "invoice",
    }
    told = read(text, mapping='types: {Check: payment, Retoure: credit_note, "Foo, Bar": skip}')
    assert [(d.number, d.type) for d in told.documents] == [
        ("T1", "invoice"),
        ("T2", "payment"),
        ("T3", "credit_note"),
    ]
    assert told.understood.skipped == {"skipped": 1}
    every = read(text, mapping="ignore: [Type]")
    assert [d.type for d in every.documents] == ["invoice"] * 4


def test_an_answer_before_stands_in_the_next_question() -> None:
    asked = read(typed("Invoice", "Check", "Foo"), mapping="types: {Check: payment}")

    (question,) = asked.understood.questions
    assert dict(read_mapping(question.answers[0][0]).types) == {
        "Check": "payment",
        "Foo": "invoice",
    }


def test_a_type_that_first_comes_behind_the_sample_refuses_its_row() -> None:
    found = read(typed(*(["Invoice"] * 5_100), "Check"))

    assert found.errors == [(5_102, "unknown_word")]
    assert "`types: {Check: invoice}`" in found.said
    assert len(found.documents) == 5_100


def test_a_column_of_other_words_than_types_may_be_passed_over_by_the_likelier_answer() -> None:
    (question,) = read(typed("Hardware", "Consulting")).understood.questions

    assert question.answers[0][0] == "ignore: [Type]"


def test_a_mapping_file_with_words_is_written_as_it_is_read() -> None:
    mapping = read_mapping(
        'types: {"Bill (x)": skip, "a: b": by_sign}\nstatuses: {Archived: paid}\n'
    )

    assert read_mapping("\n".join(answers_of(mapping))) == mapping


def test_columns_to_pass_over_stand_in_one_line_with_those_of_before() -> None:
    questions = [
        Question("types", "What?", (("ignore: [Type]", "one"), ("types: {A: skip}", "two"))),
        Question("columns", "Which?", (('ignore: ["B, C"]', "three"),)),
    ]

    text = skeleton("columns-1a2b3c4d", questions, ("ignore: [Old]", "currency: EUR"))

    assert read_mapping(text).ignore == ("Old", "Type", "B, C")
    assert read_mapping(text).currency == "EUR"
    assert "# or types: {A: skip}  # two" in text


# --- states -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word",
    [
        "Payment received",
        "Paid on 2026-02-01",
        "komplett bezahlt",
        "PAID (late)",
        "bezahlt am 3.2.",
    ],
)
def test_a_word_for_paid_leaves_nothing_open(word: str) -> None:
    assert [d.open for d in read(stated(word)).documents] == [0]


@pytest.mark.parametrize(
    "word", ["Written off", "Uncollectible", "Bad debt", "abgeschrieben", "Credited", "Refunded"]
)
def test_what_is_no_more_asked_for_is_passed_over(word: str) -> None:
    found = read(stated("Open", word))

    assert [d.number for d in found.documents] == ["T1"]
    assert found.understood.skipped == {"void": 1}


@pytest.mark.parametrize(
    "word", ["Open", "Overdue", "Overdue by 3 days", "Sent", "offen", "nein", ""]
)
def test_words_for_open_are_open(word: str) -> None:
    found = read(stated(word))

    assert (found.asked, [d.total for d in found.documents]) == ([], [10])
    assert found.documents[0].open in (None, 10)


@pytest.mark.parametrize("word", ["Partially paid", "Teilbezahlt", "Paid (in part)"])
def test_what_is_partly_paid_needs_what_is_open(word: str) -> None:
    found = read(stated("Open", word))
    with_open = read(
        STATE.replace("Status", "Status,Open balance") + f"T1,Foo,{DAYS},10.00,{word},4.00,EUR\n"
    )

    assert found.errors == [(3, "missing")]
    assert [d.open for d in with_open.documents] == [4]


@pytest.mark.parametrize("word", ["Disputed", "In dispute", "strittig"])
def test_a_state_of_dispute_is_one(word: str) -> None:
    assert [bool(d.disputed) for d in read(stated("Open", word)).documents] == [False, True]


def test_states_that_are_not_known_are_asked_about_and_told_where_amounts_say_what_is_open() -> (
    None
):
    text = stated("Open", "Archived", "Invalid")
    asked = read(text)
    told = read(text, mapping="statuses: {Archived: paid, Invalid: skip}")
    beside = read(
        STATE.replace("Status", "Status,Open balance") + f"T1,Foo,{DAYS},10.00,Archived,4.00,EUR\n"
    )

    assert asked.asked == ["statuses"]
    assert [(d.number, d.open) for d in told.documents][1:] == [("T2", 0)]
    assert told.understood.skipped == {"skipped": 1}
    assert [d.open for d in beside.documents] == [4]
    assert any("'Archived', which is not known" in one for one in beside.understood.assumed)


def test_paid_of_one_and_nought_is_yes_and_no_unless_an_invoice_is_of_one() -> None:
    head = "Invoice,Customer,Date,Due,Amount,Paid,Currency\n"
    found = read(head + f"I1,Foo,{DAYS},100.00,1,EUR\nI2,Foo,{DAYS},200.00,0,EUR\n")
    of_one = read(head + f"I1,Foo,{DAYS},1.00,1,EUR\nI2,Foo,{DAYS},200.00,0,EUR\n")

    assert found.by_number["I1"].open == 0
    assert found.by_number["I2"].open in (None, 200)
    assert any("were read as yes and no" in one for one in found.understood.assumed)
    assert [d.open for d in of_one.documents] == [0, 200]


def test_an_export_with_capital_headings_and_types_is_no_file_of_ledger_bodies() -> None:
    head = "Type,Number,Customer,Date,Due,Amount,Currency\n"
    found = read(head + f"Invoice,I1,Foo,{DAYS},100.00,EUR\nCredit Note,C1,Foo,{DAYS},9.00,EUR\n")

    assert [(d.type, d.total) for d in found.documents] == [("invoice", 100), ("credit_note", 9)]
