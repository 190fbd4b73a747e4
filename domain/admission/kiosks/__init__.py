"""Self-service kiosks: a device of kind kiosk whose browser sells, collects and prints.

`pair` makes a browser the kiosk; `at` is what its pages need. `visiting` keeps and wipes what one
visitor chose, `selling` places, collects and prints again, `handing` remembers what is owed until
it came out, `paper` has it printed where the server has a printer, `minding` is for staff.
Questions: `at`, `handing.get`, `handing.of_order`, `handing.owed`, `handing.just_owed`,
`handing.tickets_of`, `paper.jobs_of`, `minding.pin_hash_of`, `minding.day_of`,
`minding.overview`, `visiting.stale`; everything else is an act.
"""

from domain.admission.kiosks import handing, minding, paper, selling, visiting
from domain.admission.kiosks.model import (
    PIN_LENGTH,
    PRINTING_FAULTS,
    DayOfKiosk,
    Handout,
    HandoutEnd,
    HandoutKind,
    Kiosk,
    Visit,
)
from domain.admission.kiosks.visiting import at, pair

__all__ = [
    "PIN_LENGTH",
    "PRINTING_FAULTS",
    "DayOfKiosk",
    "Handout",
    "HandoutEnd",
    "HandoutKind",
    "Kiosk",
    "Visit",
    "at",
    "handing",
    "minding",
    "pair",
    "paper",
    "selling",
    "visiting",
]
