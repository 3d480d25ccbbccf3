/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail.h: one mail to at most one record. imap, maildir, mbox and eml share it.
 *
 * mail_open() starts the child that takes mails apart (core/mime_wire.h) when it is first
 * needed, again when it died. What the customer wrote is found by reply.h (quotes of Romanian,
 * Polish and English clients gone), the score by mail_score.h (first line, subject, plus-address
 * token, "Label: value" lines), who was asked by the token of the address, then In-Reply-To and
 * References, then the subject. Machine mail is counted, never feedback; a bounce of one of our
 * invitations becomes an invitation record that bounced.
 */
#ifndef OPINIA_COLLECTOR_MAIL_H
#define OPINIA_COLLECTOR_MAIL_H

#include "collector/adapter.h"
#include "collector/aside.h"
#include "core/batch.h"

struct mail_reader;

/* The rows that every mail adapter has beside its own (score, token, subject_token, …). */
#define MAIL_ROWS_MAX 8
const struct source_row *mail_rows(size_t *count);

/*
 * @s: whose tallies and progress grow; @settings may be NULL (import: presets);
 * @mime_program: path of opinia-mime. The child is not started yet.
 */
int mail_open(struct mail_reader **out, struct source *s,
	      const struct source_settings *settings,
	      const struct import_options *options, const struct collect_env *env,
	      const char *mime_program, struct aside *aside, struct err *err);

/*
 * Add what @raw is to @out: nothing (machine mail, or a mail without score and words: tallied or
 * set aside with @place), a feedback, or an invitation that bounced. @place: "INBOX UID 17";
 * @arrived_at: INTERNALDATE or the file's time; TIME_NONE: the Date header. External id: the
 * Message-ID, else the keyed-less hash of the bytes in hex. ERR_AGAIN: @out is full, the mail was
 * not taken. ERR_SYSTEM: the child cannot be started.
 */
int mail_take(struct mail_reader *m, struct sv raw, const char *place, int64_t arrived_at,
	      struct batch *out, struct err *err);

void mail_close(struct mail_reader *m); /* NULL is fine */

#endif
