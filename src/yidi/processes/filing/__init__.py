"""Filing 备案: who may be treated where, from when, and as what an unplanned visit counts."""
