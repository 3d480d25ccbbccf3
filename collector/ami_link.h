/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ami_link.h: a connection to Asterisk's manager interface: greeting, login (the password is sent
 * as a digest where the exchange can), messages, and a ping so that a dead peer is noticed. The
 * protocol is not encrypted: an address that is not private is refused unless told. Events are
 * not sent again after a cut; who must not miss one reads the log as well.
 */
#ifndef OPINIA_COLLECTOR_AMI_LINK_H
#define OPINIA_COLLECTOR_AMI_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cancel.h"
#include "core/err.h"
#include "core/sv.h"

enum {
	AMI_BYTES_MAX = 64 << 10, /* of a message */
	AMI_PAIRS_MAX = 160,
	AMI_PING_MS = 25000,
	AMI_MUTE_MS = 10000, /* after a ping */
};

/* Views into the text it was made of. */
struct ami_message {
	struct {
		struct sv key, value;
	} pair[AMI_PAIRS_MAX];
	size_t count;
};

/* Lines `Key: Value`; what is none is left out, and so is what is over the ceiling. */
void ami_message_parse(struct sv text, struct ami_message *m);
/* The last value of @key, in any case of letters; empty: none. */
struct sv ami_value(const struct ami_message *m, const char *key);

struct ami_options {
	const char *address; /* HOST, HOST:PORT, [HOST]:PORT */
	const char *user;
	struct sv secret;
	bool plain; /* an address that is not private is fine */
	int64_t timeout_ms;
	const struct cancel *cancel;
};

struct ami;
struct source_steps;

/*
 * ERR_UNAVAILABLE: no connection, no Asterisk, no answer; ERR_CONFIG: the login or the address is
 * refused; ERR_AGAIN: stopped as asked. @steps may be NULL.
 */
int ami_open(struct ami **out, const struct ami_options *opt, struct source_steps *steps,
	     struct err *err);

/*
 * The next message within @ms; *got false: none came. Views of @m until the next call.
 * ERR_UNAVAILABLE: the connection is gone, ami_close() it.
 */
int ami_next(struct ami *a, int64_t ms, struct ami_message *m, bool *got,
	     struct err *err);
bool ami_cut(const struct ami *a); /* it was the other side that closed */
void ami_close(struct ami *a);	   /* NULL is fine */

#endif
