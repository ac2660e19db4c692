"""What the calendar refuses."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

YEAR_NOT_LOADED = RefusalKind(
    "FUNDS-71",
    RefusalClass.FUNDS,
    Actor.NATION,
    "{year}年的节假日安排尚未载入，不能计算{day}前后的工作日",
    "the holidays of {year} are not loaded, so working days around {day} cannot be counted",
    "国务院办公厅公布该年安排后，请把通知内容录入packs/national/working_days.yaml",
    "once the State Council has published that year, enter its notice in packs/national/working_days.yaml",
    heals_with_time=True,
)
NOT_A_CALENDAR_DAY = RefusalKind(
    "FUNDS-72",
    RefusalClass.FUNDS,
    Actor.NATION,
    "“{day}”不是有效日期",
    "“{day}” is not a day",
    "请按yyyy-MM-dd填写日期",
    "write the day as yyyy-MM-dd",
)
