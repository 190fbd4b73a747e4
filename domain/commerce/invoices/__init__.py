"""Invoices that buyers ask for (发票): the title and tax number they give, and whether somebody has
issued one. The invoice itself is made in the tax bureau's own system; its number is noted here."""

from domain.commerce.invoices.asking import InvoiceInput, answer, ask, of_order, problem_with_tax_no
from domain.commerce.invoices.asking import get as get_request
from domain.commerce.invoices.correcting import reds_of, write_red
from domain.commerce.invoices.listing import Sought, list_requests
from domain.commerce.invoices.model import InvoiceStatus, RedStatus, TitleKind

__all__ = [
    "InvoiceInput",
    "InvoiceStatus",
    "RedStatus",
    "Sought",
    "TitleKind",
    "answer",
    "ask",
    "get_request",
    "list_requests",
    "of_order",
    "problem_with_tax_no",
    "reds_of",
    "write_red",
]
