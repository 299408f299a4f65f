"""Routes of a creditor's settings: versions of policies and of own words, published, taken back,
and looked at before. What may be said in them is checked as on an upload.
"""

from typing import Annotated
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from dunning.service.creditor_settings import creditor_shown
from dunning.service.publishing import Published, problem_shown
from dunning.service.shown import Output

from . import settings_models as shapes
from .access import SETTINGS, WRITE
from .asking import Asked, known, plain

USUAL, MOST = 20, 100
Limit = Annotated[int, Query(ge=1, le=MOST, description="The most versions of a page.")]
Before = Annotated[
    int | None, Query(ge=1, description="`next` of the page before: versions below this one.")
]
Dry = Annotated[bool, Query(description="Only check: nothing is stored.")]
Channel = Annotated[str, Path(description="email, voice or sms")]
Language = Annotated[str, Path(description="As de; de.html: own blocks of mails")]
Version = Annotated[int | None, Query(ge=1, description="Else the one that holds.")]


def settings(app: APIGatewayHttpResolver, asked: Asked) -> None:
    """Who a creditor is: how it writes, where it is paid."""

    @app.get("/creditors/<creditor>", tags=["creditors"])
    def get_creditor(creditor: Annotated[str, Path()]) -> shapes.CreditorSettings:
        """A creditor's settings. The ETag is what If-Match of a PUT asks for."""
        book = asked.door().rulebook(asked.named(creditor))
        return shapes.CreditorSettings.model_validate(creditor_shown(book.creditor))

    @app.put("/creditors/<creditor>", tags=["creditors"])
    def put_creditor(
        creditor: Annotated[str, Path()], body: shapes.CreditorGiven, dry_run: Dry = False
    ) -> shapes.Taken:
        """New settings, whole, in place of those that hold; plans follow. The token needs the scope
        `{creditor}/settings`."""
        name, door = asked.named(creditor, SETTINGS), asked.door()
        door.rulebook(name)
        publish = door.desk().publishing.publish_creditor
        return _taken(publish(name, plain(body), asked.expected(), dry=dry_run))


def policies(app: APIGatewayHttpResolver, asked: Asked) -> None:
    """The rules by which a creditor reminds."""

    @app.get("/policies", tags=["policies"])
    def get_policies(limit: Limit = USUAL, before: Before = None) -> shapes.PolicyVersions:
        """Versions of the policy file, the newest first."""
        found = asked.door().desk().publishing.policy_versions(asked.mine(), before or 0, limit + 1)
        return shapes.PolicyVersions.model_validate(_page(found, limit))

    @app.get("/policies/<version>", tags=["policies"])
    def get_policy(
        version: Annotated[str, Path(pattern="^(current|[1-9][0-9]{0,8})$")],
    ) -> shapes.PolicyVersion:
        """One version as it was written, or `current`: the one that holds, whose ETag is what
        If-Match of a PUT asks for."""
        creditor = asked.mine()
        number = None if version == "current" else int(version)
        found = known(asked.door().desk().publishing.policies(creditor, number))
        return shapes.PolicyVersion.model_validate(found)

    @app.put("/policies", tags=["policies"])
    def put_policies(body: shapes.Source, dry_run: Dry = False) -> shapes.Taken:
        """A new version, taken whole or not at all; every mistake is told with its line."""
        creditor = asked.mine(WRITE)
        publish = asked.door().desk().publishing.publish_policies
        return _taken(publish(creditor, body.source, asked.expected(), dry=dry_run))

    @app.post("/policies/rollback", tags=["policies"])
    def post_policies_rollback(body: shapes.Rollback) -> shapes.Taken:
        """An older version again, as a new one, checked like any."""
        creditor = asked.mine(WRITE)
        publishing = asked.door().desk().publishing

        def again() -> shapes.Taken:
            taken = publishing.rollback_policies(creditor, body.to, asked.expected())
            return _taken(known(taken))

        return asked.once(creditor, body, shapes.Taken, again)


def templates(app: APIGatewayHttpResolver, asked: Asked) -> None:
    """What a creditor says in its own words."""

    @app.get("/templates", tags=["templates"])
    def get_templates() -> shapes.Wordings:
        """The files of own words, and which version of each holds. What no file says is said in
        the shipped words."""
        found = asked.door().desk().publishing.wordings(asked.mine())
        return shapes.Wordings.model_validate({"templates": found})

    @app.get("/templates/<channel>/<language>", tags=["templates"])
    def get_template(
        channel: Channel, language: Language, version: Version = None
    ) -> shapes.WordingVersion:
        """One version of a file as it was written."""
        creditor, file = asked.mine(), _file(channel, language)
        found = known(asked.door().desk().publishing.wording(creditor, file, version))
        return shapes.WordingVersion.model_validate(found)

    @app.get("/templates/<channel>/<language>/versions", tags=["templates"])
    def get_template_versions(
        channel: Channel, language: Language, limit: Limit = USUAL, before: Before = None
    ) -> shapes.WordingVersions:
        """Versions of a file, the newest first."""
        creditor, file = asked.mine(), _file(channel, language)
        publishing = asked.door().desk().publishing
        found = publishing.wording_versions(creditor, file, before or 0, limit + 1)
        return shapes.WordingVersions.model_validate(_page(found, limit))

    @app.put("/templates/<channel>/<language>", tags=["templates"])
    def put_template(
        channel: Channel, language: Language, body: shapes.Source, dry_run: Dry = False
    ) -> shapes.Taken:
        """A new version, taken whole or not at all, after every message was tried on samples. The
        token needs the scope `{creditor}/settings`: words may say where to pay."""
        creditor, file, door = asked.mine(SETTINGS), _file(channel, language), asked.door()
        taken = door.desk().publishing.publish_wording(
            creditor, file, body.source, asked.expected(), door.now(), dry=dry_run
        )
        return _taken(taken)

    @app.post("/templates/<channel>/<language>/rollback", tags=["templates"])
    def post_template_rollback(
        channel: Channel, language: Language, body: shapes.WordingRollback
    ) -> shapes.Taken:
        """An older version again, as a new one; 0: the shipped words. The token needs the scope
        `{creditor}/settings`."""
        creditor, file, door = asked.mine(SETTINGS), _file(channel, language), asked.door()

        def again() -> shapes.Taken:
            publishing = door.desk().publishing
            return _taken(
                known(
                    publishing.rollback_wording(
                        creditor, file, body.to, asked.expected(), door.now()
                    )
                )
            )

        return asked.once(creditor, body, shapes.Taken, again)

    @app.post("/templates/<channel>/<language>/preview", tags=["templates"])
    def post_preview(channel: Channel, language: Language, body: shapes.Preview) -> shapes.Message:
        """One message in these words, or in those that hold. Nothing is sent or stored."""
        creditor, file, desk = asked.mine(), _file(channel, language), asked.door().desk()
        text = body.source
        if text is None:
            found = desk.publishing.wording(creditor, file, body.version)
            text = found["source"] if found else None
            if body.version is not None:
                known(found)
        said = desk.preview(file, text, body.template, body.tone, body.account)
        return shapes.Message.model_validate(said)


def _file(channel: str, language: str) -> str:
    return f"{unquote(channel)}/{unquote(language)}"


def _page(found: list[Output], limit: int) -> Output:
    """A page of versions; one more was asked for, to know whether there are any."""
    after = found[limit - 1]["version"] if len(found) > limit else None
    return {"versions": found[:limit], "next": after}


def _taken(one: Published) -> shapes.Taken:
    warnings = [problem_shown(problem) for problem in one.warnings]
    return shapes.Taken.model_validate(
        {"outcome": one.outcome, "version": one.version, "warnings": warnings}
    )
