"""The description of the API: /openapi.json (OpenAPI 3.1) and /api, its page for people."""

from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for

from calendar_service import __version__
from calendar_service.core.api_wording import OPERATIONS as VIETNAMESE
from calendar_service.core.api_wording import PARAMETERS
from calendar_service.errors import CalendarServiceError
from calendar_service.formats.data import to_json
from calendar_service.formats.schema import Schema, schema_of
from calendar_service.formats.shapes import Problem
from calendar_service.web.api import OPERATIONS, in_query_of
from calendar_service.web.context import services
from calendar_service.web.operations import BASE, Asked, Operation, Parameter
from calendar_service.web.query import only

_ABOUT = (
    "Anniversaries, campaigns and lunar dates of Viet Nam, with sources. Reading only: GET and"
    " HEAD. Every answer has an ETag. Lists that may be long are read in parts with `limit` and"
    " `after`. Errors are application/problem+json; what a query holds and an operation does"
    " not know is refused by name. Within version 1 things are added, never renamed or removed."
)
_ERRORS = {
    "400": "A parameter is unknown, missing or cannot be read; `errors` names it.",
    "404": "There is no such thing.",
    "default": "Any other error.",
}

bp = Blueprint("description", __name__)


@bp.get("/openapi.json")
def send_description() -> Response:
    """Send the description of the API for programs."""
    only()
    described = description(request.script_root or "/")
    response = Response(to_json(described), content_type="application/json")
    response.headers["Link"] = f'<{url_for(".show_api")}>; rel="service-doc"'
    return response


@bp.get("/api")
def show_api() -> str:
    """Show the API to people, from the same description."""
    only()
    described = description()
    return render_template(
        "pages/api.html",
        operations=[(operation, *_described(operation, described)) for operation in OPERATIONS],
        vietnamese=VIETNAMESE,
        parameters=PARAMETERS,
        base=BASE,
        to_json=_indented,
    )


def description(server: str = "/") -> dict[str, Any]:
    """Return the OpenAPI 3.1 description, made of the operations and the shapes they return.

    Args:
        server: The path below which the operations are, "/" for the host's root.
    """
    schemas: dict[str, Schema] = {}
    paths = {f"{BASE}{each.path}": {"get": _operation(each, schemas)} for each in OPERATIONS}
    problem = {"schema": schema_of(Problem, schemas)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "calendar_service",
            "version": __version__,
            "description": _ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "responses": {
                name: {"description": about, "content": {"application/problem+json": problem}}
                for name, about in _ERRORS.items()
            },
            "headers": {
                "ETag": {
                    "description": "Names these bytes; give it as If-None-Match.",
                    "required": True,
                    "schema": {"type": "string"},
                },
                "Link": {
                    "description": "Addresses: service-desc, prev, next (RFC 8288).",
                    "schema": {"type": "string"},
                },
            },
        },
    }


def _operation(operation: Operation, schemas: dict[str, Schema]) -> Schema:
    answer: Schema = {"schema": schema_of(operation.shape, schemas)}
    example = _example(operation)
    if example is not None:
        answer["example"] = example
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in ("ETag", "Link")}
    found = {
        "description": operation.about,
        "headers": headers,
        "content": {"application/json": answer},
    }
    return {
        "operationId": operation.name,
        "summary": operation.about,
        "parameters": [
            *(_parameter(each, "path", operation) for each in operation.in_path),
            *(_parameter(each, "query", operation) for each in in_query_of(operation)),
        ],
        "responses": {
            "200": found,
            **{name: {"$ref": f"#/components/responses/{name}"} for name in _ERRORS},
        },
    }


def _parameter(parameter: Parameter, where: str, operation: Operation) -> Schema:
    one = parameter.schema
    described: Schema = {
        "name": parameter.name,
        "in": where,
        "description": parameter.about,
        "schema": {"type": "array", "items": one} if parameter.many else one,
    }
    if parameter.required:
        described["required"] = True
    if parameter.name in operation.example:
        value: Any = operation.example[parameter.name]
        value = int(value) if one["type"] == "integer" else value
        described["example"] = [value] if parameter.many else value
    return described


def _example(operation: Operation) -> Any:
    """Return the answer to the operation's example, None when the registry has none."""
    if not operation.example:
        return None
    asked = Asked(
        services=services(),
        registry=g.registry,
        today=g.today,
        address="",
        values={name: [value] for name, value in operation.example.items()},
        in_path=tuple(parameter.name for parameter in operation.in_path),
    )
    try:
        return operation.run(asked).data
    except CalendarServiceError:
        return None


def _described(operation: Operation, described: Schema) -> tuple[Schema, Any]:
    own = described["paths"][f"{BASE}{operation.path}"]["get"]
    answer = own["responses"]["200"]["content"]["application/json"]
    return own, answer.get("example")


def _indented(data: Any) -> str:
    return to_json(data, indent=1)
