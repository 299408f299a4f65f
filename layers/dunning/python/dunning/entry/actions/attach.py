"""A file to an objection: the form with which the browser puts it into the bucket by itself."""

from typing import TYPE_CHECKING

from dunning.domain.calendar import DAY
from dunning.domain.links import LIFETIME
from dunning.domain.said_by_link import form_of
from dunning.domain.uploads import MOST_FILES, TYPES
from dunning.entry.actions.saying import asked_of, saying
from dunning.entry.pages.dispute import FILE_SENT, upload
from dunning.service.portal_forms import AGAIN, Asked, Next

if TYPE_CHECKING:
    from dunning.adapters.form_pages import HtmlPage
    from dunning.entry.wiring_actions import ActionParts

FILE_TASK = "objection_file"


def act(here: "ActionParts", asked: Asked) -> "Next | HtmlPage":
    """For an objection of this account that stands and was made on its page; so many files to it,
    and a line for a person that says where the file will lie."""
    visit, kind = asked_of(asked).visit, asked.text("kind")
    dispute = next((one for one in visit.state.disputes if one.id == asked.text("dispute")), None)
    form = form_of(dispute.id) if dispute else ""
    if not form or kind not in TYPES:
        return Next(AGAIN, "dispute")
    if not here.tries.take(f"file-{form}", MOST_FILES, asked.now + LIFETIME * DAY):
        return Next(AGAIN, "dispute")
    then = f"{here.portal_url}/portal/{asked.token}/dispute?said={FILE_SENT}"
    key, signed = here.uploads.form(visit.creditor, form, kind, then)
    detail = f"a file may lie at {key}; look at it where nothing can run"
    saying(here).tell(visit, f"{FILE_TASK}-{form}", FILE_TASK, detail)
    return upload(here.pages, visit, kind, signed)
