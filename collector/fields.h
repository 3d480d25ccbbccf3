/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fields.h: what a column can be. A field is a row of one table (name, kinds, type, place in
 * struct record); a header is looked up in another (docs/formats/import.md is its page).
 */
#ifndef OPINIA_COLLECTOR_FIELDS_H
#define OPINIA_COLLECTOR_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/record.h"

enum field {
	FIELD_NONE, /* not understood */
	FIELD_ID,
	FIELD_CHANNEL,
	FIELD_INTERACTION,
	FIELD_ANSWERED_AT,
	FIELD_OCCURRED_AT,
	FIELD_ASKED_AT,
	FIELD_CUSTOMER,
	FIELD_AGENT,
	FIELD_TEAM,
	FIELD_QUEUE,
	FIELD_CSAT,
	FIELD_NPS,
	FIELD_CES, /* CES 1.0 or 2.0, as its scale says */
	FIELD_CES1,
	FIELD_CES2,
	FIELD_FCR,
	FIELD_COMMENT,
	FIELD_LANGUAGE,
	FIELD_FIRST_RESPONSE_AT,
	FIELD_RESOLVED_AT,
	FIELD_ESCALATED,
	FIELD_SELF_SERVICE,
	FIELD_REASON,
	FIELD_DELIVERY,
	FIELD_ACTIVITY,
	FIELD_VALUE,
	FIELD_EMAIL,
	FIELD_PHONE,
	FIELD_CRM,
	FIELD_ATTR, /* with its key */
	FIELD_COUNT
};

enum field_type {
	TYPE_TEXT,  /* struct sv */
	TYPE_ID,    /* struct sv; ="007" is 007 */
	TYPE_TIME,  /* int64_t */
	TYPE_YESNO, /* enum tri */
	TYPE_SCORE, /* one of record.scores */
	TYPE_OTHER, /* the field has a reader of its own */
};

/* Kinds as bits. */
enum {
	ANSWER = 1 << KIND_FEEDBACK,
	CONTACT = 1 << KIND_INTERACTION,
	INVITE = 1 << KIND_INVITATION,
	ACTION = 1 << KIND_ACTIVITY,
	PERSON = 1 << KIND_CUSTOMER,
	ANY = ANSWER | CONTACT | INVITE | ACTION | PERSON,
};

struct field_info {
	const char *name;
	uint8_t kinds;
	enum field_type type;
	size_t at; /* TEXT, ID, TIME, YESNO: offset in struct record */
};

/* How surely a header means its field: the smaller the surer. */
enum {
	RANK_TOLD,
	RANK_EXPORT, /* the tool that wrote the file is known (exports.h) */
	RANK_NAME,
	RANK_SYNONYM,
	RANK_QUESTION, /* by the words of a question */
	RANK_FALLBACK,
	RANK_NONE
};

struct meaning {
	enum field field;
	uint8_t rank;
	struct sv attr; /* FIELD_ATTR: the key; a view into the header or static */
};

const struct field_info *field_info(enum field f);

/* "csat", "answered_at", "attr.plan" as a person writes it to --map. */
bool field_find(struct sv name, struct meaning *out);

/* What a header means in a file of @kind; FIELD_NONE: nothing. */
struct meaning header_meaning(struct sv header, enum record_kind kind);

bool synonyms_sorted(void); /* the table is searched by halves; a test asks */

enum { HEADER_ROOM = 1024 }; /* bytes that a folded header may need on its way */
/*
 * Letters and digits of @header, lower case, no diacritics: what headers are compared by. @out
 * borrows HEADER_ROOM bytes: a header that is not recognised for want of memory would be lost.
 */
void header_fold(struct sv header, struct buf *out);
bool header_same(struct sv a, struct sv b); /* and there is something to compare */

#endif
