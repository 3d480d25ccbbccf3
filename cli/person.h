/* SPDX-License-Identifier: Apache-2.0 */
/*
 * person.h: which person a command is about: a pseudonym as query shows it (c12), or an address that
 * comes on standard input, since arguments are seen by everybody on the machine. And what this
 * person is known by where the store does not reach.
 */
#ifndef OPINIA_CLI_PERSON_H
#define OPINIA_CLI_PERSON_H

#include "cli/program.h"
#include "collector/opinia_collector.h"

#define OPTION_ADDRESS                                                                   \
	{                                                                                \
		"address-from-stdin", OPTION_FLAG, NULL,                                 \
			N_("Whose e-mail address, number or CRM id is the first line "   \
			   "of standard input")                                          \
	}

/* The number that argument @arg or the option names. ERR_USAGE: neither, or both; ERR_MISSING: nobody. */
int person_named(const struct options *o, size_t arg, struct opinia_snapshot *snap,
		 uint32_t *number, struct err *err);

/* Their addresses, and the ids of records that are long enough to mean nobody else; in p->arena. */
int person_traces(struct program *p, struct opinia_snapshot *snap,
		  const struct opinia_subject *s, struct opinia_trace **out,
		  size_t *count, struct err *err);
/* The same of one record. */
int person_record_traces(struct program *p, struct opinia_snapshot *snap, uint32_t id,
			 struct opinia_trace **out, size_t *count, struct err *err);

/* On standard error: what lies in STORE/rejected that no address tells whose it is. */
void person_aside_remark(struct program *p, const char *command,
			 const struct opinia_rejected *n);

#endif
