"""The service window 服务窗口: hospitals and pages are served in a process of its own, beside the journal.

Reading, checking and answering a message costs as much as deciding it, and Python has one thread at a time:
with two processors a node serves half as many again. The journal's process owns the database and lives on
when a window is gone; a window without a journal ends at once.
"""
