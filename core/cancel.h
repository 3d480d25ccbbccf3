/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cancel.h: "please stop" from a signal or another thread to whoever waits. Waiting code
 * polls cancel_fd() beside its own descriptors, busy code asks cancel_asked() at every safe
 * point; both end with ERR_AGAIN and the sentence of cancel_said().
 */
#ifndef OPINIA_CORE_CANCEL_H
#define OPINIA_CORE_CANCEL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"

struct cancel {
	int fd;		 /* an eventfd, readable from the moment it was asked; -1: none */
	_Atomic bool on; /* the same for those who only look                            */
};

int cancel_init(struct cancel *c, struct err *err);
void cancel_release(struct cancel *c);
void cancel_ask(struct cancel *c); /* from any thread, and from a signal handler */
bool cancel_asked(const struct cancel *c); /* NULL: false */
int cancel_fd(const struct cancel *c);	   /* NULL: -1 */

/* Sleep @ms, or until asked. True: it was asked. */
bool cancel_sleep(const struct cancel *c, int64_t ms);
int cancel_said(struct err *err); /* sets ERR_AGAIN "stopped as asked", returns it */

#endif
