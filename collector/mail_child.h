/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_child.h: the process that takes mails apart (core/mime_wire.h), seen from this side: it
 * is started when it is first needed, and again after it died. One child belongs to one thread
 * at a time.
 */
#ifndef OPINIA_COLLECTOR_MAIL_CHILD_H
#define OPINIA_COLLECTOR_MAIL_CHILD_H

#include <sys/types.h>

#include "core/buf.h"
#include "core/cancel.h"
#include "core/err.h"

struct mail_child {
	const char *program; /* borrowed */
	const struct cancel *cancel;
	pid_t pid; /* 0: not running */
	int fd;	   /* both ways; -1 */
	struct buf answer;
};

/* Nothing is started yet. @cancel NULL: never. */
void mail_child_init(struct mail_child *c, const char *program,
		     const struct cancel *cancel);

/*
 * The fields of @mail, valid until the next call. ERR_INPUT: this mail is none, is too big, took
 * the reader down or too long (a new one is started for the next). ERR_SYSTEM: the program
 * cannot be started. ERR_AGAIN: cancelled.
 */
int mail_child_ask(struct mail_child *c, struct sv mail, struct sv *fields,
		   struct err *err);

/* Ends it and waits for it. The struct may be used again. */
void mail_child_stop(struct mail_child *c);
void mail_child_release(struct mail_child *c);

#endif
