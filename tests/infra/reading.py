"""A synthesised template in words: references become `{path of the construct}`.

What a test compares is written as a person would say it, not as nested intrinsic functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aws_cdk import cx_api

Resource = dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """One stack's template, its file, and whether CloudFormation would refuse to delete it."""

    stack: str
    template: dict[str, Any]
    template_file: str
    termination_protection: bool

    @classmethod
    def of(cls, assembly: cx_api.CloudAssembly, stack: str) -> Reading:
        artifact = assembly.get_stack_by_name(stack)
        return cls(
            stack=stack,
            template=artifact.template,
            template_file=artifact.template_full_path,
            termination_protection=bool(artifact.termination_protection),
        )

    def resources(self, kind: str) -> dict[str, Resource]:
        """The resources of a type by their path, such as `Email/Queue`."""
        return {path: resource for path, resource in self._all() if resource["Type"] == kind}

    def properties(self, kind: str) -> dict[str, dict[str, Any]]:
        """As `resources`, only the properties, with every reference in words."""
        return {
            path: self.plain(resource.get("Properties", {}))
            for path, resource in self.resources(kind).items()
        }

    def only(self, kind: str) -> dict[str, Any]:
        (properties,) = self.properties(kind).values()
        return properties

    def plain(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.plain(part) for part in value]
        if not isinstance(value, dict):
            return value
        if set(value) == {"Ref"}:
            return "{" + self._path(value["Ref"]) + "}"
        if set(value) == {"Fn::GetAtt"}:
            logical_id, attribute = value["Fn::GetAtt"]
            return "{" + f"{self._path(logical_id)}.{attribute}" + "}"
        if set(value) == {"Fn::Join"}:
            separator, parts = value["Fn::Join"]
            return separator.join(str(self.plain(part)) for part in parts)
        return {key: self.plain(part) for key, part in value.items()}

    def _all(self) -> Iterator[tuple[str, Resource]]:
        for logical_id, resource in self.template["Resources"].items():
            yield self._path(logical_id), resource

    def _path(self, logical_id: str) -> str:
        resource = self.template["Resources"].get(logical_id)
        if resource is None:
            return logical_id
        path: str = resource.get("Metadata", {}).get("aws:cdk:path", logical_id)
        return path.removeprefix(f"{self.stack}/").removesuffix("/Resource")
