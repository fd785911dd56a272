"""One module of routes for each part of the public contract, in the order in which the description lists them."""

from thread_api.routes import (
    care,
    entries,
    epcis,
    events,
    evidence,
    findings,
    lots,
    proofs,
    recalls,
    reports,
    search,
    tables,
)

__all__ = ["ROUTERS"]

ROUTERS = (
    events.router,
    search.router,
    lots.router,
    recalls.router,
    findings.router,
    reports.router,
    evidence.router,
    proofs.router,
    entries.router,
    epcis.router,
    tables.router,
    care.router,
    care.entrance,
)
