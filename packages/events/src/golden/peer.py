"""The second Avro implementation: reads a list of jobs from standard input and writes what fastavro makes of each.

A job has a schema, bytes in single-object encoding, and a value whose bytes fields, named in `bytesFields`, are hex.
"""

import io
import json
import sys

import fastavro
from fastavro.schema import fingerprint, parse_schema, to_parsing_canonical_form

HEADER_BYTES = 10


def encode(schema, value):
    out = io.BytesIO()
    fastavro.schemaless_writer(out, schema, value, strict=True)
    return out.getvalue().hex()


def answer(job):
    schema = parse_schema(job["schema"])
    source = io.BytesIO(bytes.fromhex(job["hex"])[HEADER_BYTES:])
    decoded = fastavro.schemaless_reader(source, schema, None)
    value = dict(job["value"])
    for field in job["bytesFields"]:
        value[field] = bytes.fromhex(value[field])
    return {
        "fingerprint": fingerprint(to_parsing_canonical_form(job["schema"]), "CRC-64-AVRO"),
        "left": len(source.read()),
        "reencoded": encode(schema, decoded),
        "encoded": encode(schema, value),
    }


def parse_all(documents):
    """Parses schemas that name each other, whichever comes first; answers the errors of those that cannot be."""
    known = {}
    while True:
        errors, rest = [], []
        for document in documents:
            attempt = dict(known)
            try:
                parse_schema(document, named_schemas=attempt)
                known = attempt
            except fastavro.schema.UnknownType as error:
                errors.append(f"{document['name']}: {error}")
                rest.append(document)
        if len(rest) in (0, len(documents)):
            return errors
        documents = rest


request = json.load(sys.stdin)
json.dump({"answers": [answer(job) for job in request["jobs"]], "errors": parse_all(request["documents"])}, sys.stdout)
