"""The figures of a scorer's server as an HTML page for people."""

from __future__ import annotations

import html

from core.serving.metrics import Served, ServerMetrics

QUANTILES = (0.5, 0.95, 0.99)


def page(metrics: ServerMetrics, served: Served) -> str:
    """An HTML page that asks for nothing else and reloads itself."""
    table = "\n".join(
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>"
        for name, value in _rows(metrics, served).items()
    )
    name = html.escape(served.run_name)
    return _PAGE.replace("{rows}", table).replace("{run}", name)


def _rows(metrics: ServerMetrics, served: Served) -> dict[str, str]:
    texts, batches = (metrics.value(f"sincerely_{what}_total") for what in ("texts", "batches"))
    found = {share: metrics.seconds_at(share) for share in QUANTILES}
    return {
        "Run": f"{served.run_name} ({served.run_id})",
        "Model of step": f"{served.step:,}",
        "Threshold": f"{served.threshold:.3f}",
        "Requests": f"{metrics.requests:,}",
        "Errors": f"{metrics.errors:,}",
        "Texts": f"{texts:,.0f}",
        "Texts a second, last minute": f"{metrics.texts_per_s:,.1f}",
        "Texts a batch, mean": f"{texts / batches if batches else 0.0:,.1f}",
        **{
            f"Answer time, p{share * 100:g}": f"{seconds * 1000:,.1f} ms"
            for share, seconds in found.items()
            if seconds is not None
        },
        "Open connections": f"{metrics.value('sincerely_connections'):,.0f}",
        "Memory": f"{metrics.value('process_resident_memory_bytes') / 1e6:,.0f} MB",
        "Up for": _duration(metrics.uptime_s),
    }


def _duration(seconds: float) -> str:
    minutes, hours = int(seconds // 60), int(seconds // 3600)
    if hours:
        return f"{hours:,} h {minutes % 60} min"
    return f"{minutes} min {int(seconds) % 60} s"


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{run}: scorer</title>
<style>
:root { color-scheme: light dark }
body { margin: 2rem auto; max-width: 36rem; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif }
h1 { font-size: 1.25rem; overflow-wrap: anywhere }
table { width: 100%; border-collapse: collapse }
th, td { padding: .4rem 0; border-bottom: 1px solid #8888; text-align: left; font-weight: normal }
td { text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: anywhere }
</style>
</head>
<body>
<h1>Scorer of {run}</h1>
<table>
{rows}
</table>
<p>Reloads every 5 seconds. For Prometheus: /metrics.</p>
</body>
</html>
"""
