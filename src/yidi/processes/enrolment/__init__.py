"""Enrolment 参保: persons, insurance relations, credentials, certificates, contracts, personal accounts."""
