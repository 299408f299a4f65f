"""What is done in place of a message, and the metric that counts it."""

from dunning.domain import history

COUNTED_ACTS = {
    history.PROPOSED: "NoticeProposed",
    history.EXPIRED: "ApprovalExpired",
    history.HANDED_OVER: "CaseHandedOver",
    history.EXPORTED: "HandOverExported",
}
