/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mime.h: mails from one descriptor, their fields to another. Everything runs in one thread
 * of a process that nobody minds losing (core/mime_wire.h).
 */
#ifndef OPINIA_MIME_MIME_H
#define OPINIA_MIME_MIME_H

#include "core/buf.h"
#include "core/sv.h"

/* What this process may still do: no files of its own, no core, no new programs, little memory. */
void mime_confine(void);

/* Until the end of @in. 0, or 1 when a pipe failed. */
int mime_serve(int in, int out);

/* The library, before the first answer and after the last. */
void mime_begin(void);
void mime_end(void);

/* The fields of @mail into @out, which is cleared: always at least one. */
void mime_answer(struct sv mail, struct buf *out);

#endif
