"""Candidate sources beside the retriever, and the ranker that orders what they bring."""
