/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_parse.h: what an IMAP server says, as far as a reader of mails needs it (RFC 3501, ESEARCH
 * of RFC 4731). Two steps: imap_frame cuts the stream into whole responses, literals included, and
 * imap_read takes one apart. Everything is hostile: a line without literals has IMAP_LINE_MAX
 * bytes, a literal IMAP_LITERAL_MAX, a response IMAP_RESPONSE_MAX, lists IMAP_DEPTH_MAX levels.
 * What comes out are views into the frame, valid until the next imap_frame_next().
 */
#ifndef OPINIA_COLLECTOR_IMAP_PARSE_H
#define OPINIA_COLLECTOR_IMAP_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/sv.h"

enum {
	IMAP_MAIL_MAX = 25 << 20,
	IMAP_LINE_MAX = 64 << 10,
	IMAP_LITERAL_MAX = IMAP_MAIL_MAX + 1, /* one more: "it goes on" */
	IMAP_RESPONSE_MAX = IMAP_LITERAL_MAX + (1 << 20),
	IMAP_DEPTH_MAX = 32,
	IMAP_READ = 64 << 10, /* bytes asked of the connection at once */
};

/* ---- bytes to responses ------------------------------------------------------------------ */

struct imap_frame {
	struct buf bytes;
	size_t from;	/* where the current response begins */
	size_t line;	/* where its current line, or what follows a literal, begins */
	size_t seen;	/* up to here there is no line end */
	size_t literal; /* bytes of a literal that are still to come */
	bool plain;	/* a status or a continuation: free text, no literals */
};

void imap_frame_init(struct imap_frame *f);
void imap_frame_release(struct imap_frame *f);
/* Room for IMAP_READ bytes; NULL: out of memory. imap_frame_took() says how many came. */
char *imap_frame_room(struct imap_frame *f);
void imap_frame_took(struct imap_frame *f, size_t n);
/* The next whole response without its line end. *got false: more bytes are needed. ERR_INPUT:
 * a ceiling was broken, the stream cannot be read on. */
int imap_frame_next(struct imap_frame *f, struct sv *out, bool *got, struct err *err);
/* Is a response half here? */
bool imap_frame_half(const struct imap_frame *f);

/* ---- one response ------------------------------------------------------------------------ */

enum imap_kind { IMAP_TAGGED, IMAP_UNTAGGED, IMAP_CONTINUE };
enum imap_status { IMAP_DATA, IMAP_OK, IMAP_NO, IMAP_BAD, IMAP_BYE, IMAP_PREAUTH };

struct imap_response {
	enum imap_kind kind;
	enum imap_status status; /* IMAP_DATA: it is none */
	struct sv tag;
	struct sv
		code; /* of a status: what stands in [ ], "UIDVALIDITY 17"; empty: none */
	bool numbered;	 /* data: "* 17 EXISTS" */
	uint32_t number; /* 17 */
	struct sv name;	 /* EXISTS, FETCH, SEARCH, LIST … as written */
	struct sv rest;	 /* behind it; of a status: the text for people */
};

int imap_read(struct sv line, struct imap_response *out, struct err *err);

/* Is @r data called @name ("FETCH"), in any case? */
bool imap_is(const struct imap_response *r, const char *name);

/* The n of a code such as "UIDNEXT 17"; false: it is another code. */
bool imap_code(const struct imap_response *r, const char *name, uint32_t *n);

/* ---- inside of a response ---------------------------------------------------------------- */

enum imap_token {
	IMAP_BROKEN, /* it stays so */
	IMAP_END,
	IMAP_OPEN,
	IMAP_CLOSE,
	IMAP_ATOM,   /* also BODY[…]<0>, \Seen */
	IMAP_QUOTED, /* between the quotes, escapes still in it: imap_unquote() */
	IMAP_LITERAL,
	IMAP_NIL,
};

struct imap_walk {
	const char *p, *end;
	unsigned depth;
	bool broken;
};

struct imap_walk imap_walk(struct sv rest);
enum imap_token imap_next(struct imap_walk *w, struct sv *out);
/* Go behind the value that began with @first. False: it is broken. */
bool imap_skip(struct imap_walk *w, enum imap_token first);
void imap_unquote(struct sv quoted, struct buf *out);

struct imap_fetched {
	uint32_t seq, uid;  /* uid 0: not told */
	int64_t bytes;	    /* RFC822.SIZE; -1: not told */
	int64_t arrived_at; /* INTERNALDATE in ms; TIME_NONE */
	bool has_body, has_flags;
	struct sv body;	     /* of BODY[…], raw */
	struct sv structure; /* of BODYSTRUCTURE, with its brackets */
};

/* "* 17 FETCH (…)". ERR_INPUT: it is damaged. */
int imap_fetched(const struct imap_response *r, struct imap_fetched *out,
		 struct err *err);

/* The numbers of "* SEARCH 4 7 9"; false: the end, or no number. */
bool imap_number(struct sv *rest, uint32_t *n);
/* MIN, MAX or COUNT of "* ESEARCH (TAG "o4") UID MIN 5 COUNT 7". False: not there. */
bool imap_esearch(const struct imap_response *r, const char *what, uint32_t *n);

/* "*  LIST (\Noselect) "/" INBOX": the name in UTF-8 into @out, *delimiter 0: none. False: it is
 * damaged, or cannot be opened. */
bool imap_listed(const struct imap_response *r, struct buf *name, char *delimiter);

/* "text/plain, image/png" of a BODYSTRUCTURE: kinds only, no names. */
void imap_structure(struct sv structure, struct buf *out);

/* "01-Mar-2026 10:00:05 +0200" in ms; TIME_NONE: it is none. */
int64_t imap_date(struct sv s);

/* Folder names: UTF-8 to modified UTF-7 (RFC 3501 5.1.3) and back; false: it is none. */
bool imap_utf7(struct sv utf8, struct buf *out);
bool imap_utf8(struct sv utf7, struct buf *out);

#endif
