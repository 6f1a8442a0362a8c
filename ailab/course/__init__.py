"""Courses and what they achieve: tests before and after, kept as numbers without names, and a report for the province.

::

    bank ──▶ store ──▶ merge ──▶ analysis ──▶ report
    questions  one      many      gains and     HTML, workbook, pictures
               laptop   laptops   their doubt

``tables`` and ``migrations`` describe the database, ``pages`` is the test on the phone, ``completion`` the page that a learner takes home.
Nothing here is imported by ``import ailab`` or by a dashboard.
"""
