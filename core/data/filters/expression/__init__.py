"""Conditions on further columns as a person types them.

``country in ('US', 'CA') and posted >= '2026-01-01' and not (score > 0.8 or title is missing)``

- A condition is a column and what is asked of it: ``=`` (or ``==``), ``!=`` (``<>``), ``<``,
  ``<=``, ``>``, ``>=``, ``[not] in (…)``, ``[not] between … and …``, ``[not] contains '…'``,
  ``is [not] missing`` (or ``null``). ``and``, ``or``, ``not`` and parentheses join them. Words of
  the language are read in any case.
- A column's name stands as it is where it is letters, digits and _; any other in double quotes or
  backticks, doubled inside. Values stand in single quotes, doubled inside; numbers and yes, no,
  true, false without. Quotation marks of word processors are taken for plain ones.
- Numbers compare with numbers. A date or time is compared with ``'2026'``, ``'2026-01'``,
  ``'2026-01-31'``, ``'2026-01-31 12:30'`` and finer ones, in UTC unless an offset follows, and
  means all of that stretch: ``<= '2026-01-31'`` includes the day, ``>`` begins after it.
- Other kinds compare as written, in the same case: ``year = 2020`` finds cells that say 2020.
  ``<`` and its like order them by character, or as numbers where the value is one: cells that are
  no numbers are then not found. ``contains`` minds no case.
- A condition on a missing cell is false, with ``!=`` and ``not in``, too: the cell has no other
  value. ``not (…)`` finds exactly the rows that … does not.
- Sensitive columns can be asked about: who may search may open the file. They are not offered.

Nothing of it becomes SQL: core/explore/expression_sql.py binds each value as a parameter.
"""
