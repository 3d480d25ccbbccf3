/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mime_wire.h: the wire between the program and the child that takes mails apart, `opinia-mime`
 * (the room mime/).
 *
 * A mail is hostile and GMime aborts when memory is out, so it is read in a process of its own
 * (RLIMIT_AS 512 MiB, RLIMIT_CPU 10 s a mail, no files, no network), which may die: then that
 * mail is set aside and a new child is started.
 *
 * The program writes a u32 (little-endian) length and the mail's bytes; the child answers with
 * a u32 length and that many bytes: a sequence of fields, each a byte of enum mime_field, a
 * u32 length, and the text, UTF-8 always, NUL-free. Length 0 in either direction ends it.
 */
#ifndef OPINIA_CORE_MIME_WIRE_H
#define OPINIA_CORE_MIME_WIRE_H

#include "core/buf.h"
#include "core/cancel.h"
#include "core/err.h"

enum {
	MIME_MAIL_MAX = 25 << 20,    /* raw bytes */
	MIME_DECODED_MAX = 50 << 20, /* bytes of all parts decoded */
	MIME_PARTS_MAX = 1000,
	MIME_DEPTH_MAX = 32,
	MIME_HEADERS_MAX = 1000,
	MIME_HEADER_BYTES = 64 << 10,
	MIME_ANSWER_MAX = 8 << 20,
};

enum mime_field {
	MIME_ERROR =
		1, /* a sentence: the mail breaks a ceiling, or is none; nothing else comes */
	MIME_SUBJECT,
	MIME_FROM, /* the first address, "ana@example.ro" */
	MIME_TO, /* each address of To, Cc, Delivered-To, X-Original-To, Envelope-To: one field each */
	MIME_DATE, /* ms since 1970 in decimal; absent when it is not given or no date */
	MIME_MESSAGE_ID, /* without < > */
	MIME_REFERENCE, /* In-Reply-To, then References last to first: one field each, without < > */
	MIME_MACHINE, /* why it is no person's: "auto-reply: Auto-Submitted: auto-replied",
			       "bounce: 5.1.1", "list: …", rules of RFC 3834 and 3464 */
	MIME_BOUNCED_TO, /* Final-Recipient of a delivery report */
	MIME_RETURNED, /* of the mail inside a delivery report: each address and message id, one field each */
	MIME_TEXT,  /* the best body: text/plain, else text/html without tags and without
			       blockquote, gmail_quote, moz-cite-prefix, #divRplyFwdMsg: where one
			       was, a line `>` stays, so that what follows is known as the
			       customer's */
	MIME_TABLE, /* an attached CSV or JSON, UTF-8; once each */
	MIME_LANGUAGE, /* Content-Language: two letters */
};

/*
 * One frame out, one frame in (into @b, which is cleared). *end: the other side has gone or sent
 * length 0. @ms: how long without a byte; 0: for ever. ERR_INPUT: longer than @max; ERR_SYSTEM:
 * the pipe failed; ERR_UNAVAILABLE: too slow; ERR_AGAIN: cancelled.
 */
int mime_send(int fd, struct sv bytes, struct err *err);
int mime_receive(int fd, struct buf *b, size_t max, int64_t ms,
		 const struct cancel *cancel, bool *end, struct err *err);

/* Append a field; walk the fields of a frame. */
void mime_put(struct buf *b, enum mime_field field, struct sv text);
bool mime_next(struct sv *rest, enum mime_field *field,
	       struct sv *text); /* false: the end, or damaged */

#endif
