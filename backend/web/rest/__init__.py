"""The REST interface below /api/v1: one table of operations, of which the routes and the OpenAPI document are made."""

from backend.web.rest.serving import routes

__all__ = ["routes"]
