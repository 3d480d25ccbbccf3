/* SPDX-License-Identifier: Apache-2.0 */
/*
 * err.h: a code for the machine, a sentence for a person.
 *
 * The caller lends the room, so reporting never allocates and there is no hidden
 * "last error". Codes are named after the reaction, not the cause; err_exit() makes the
 * exit status of the program of them (docs/man/opinia.1).
 */
#ifndef OPINIA_CORE_ERR_H
#define OPINIA_CORE_ERR_H

enum err_code {
	ERR_OK = 0,
	ERR_NOTHING = 1,      /* nothing found, or a check failed              */
	ERR_USAGE = 2,	      /* the person asked for something that is not so */
	ERR_INPUT = 65,	      /* foreign bytes are wrong; what was good is kept */
	ERR_MISSING = 66,     /* no such file, record, column                  */
	ERR_UNAVAILABLE = 69, /* a source does not answer                      */
	ERR_BUG = 70,	      /* ours                                          */
	ERR_SYSTEM = 74,      /* the disk or the system refused                */
	ERR_AGAIN = 75,	      /* the same call may work later                  */
	ERR_CONFIG = 78,      /* the configuration must be changed first       */
};

struct err {
	enum err_code code;
	char text[600]; /* "place: place: cause", UTF-8, never ends in a newline */
};

#define ERR_NONE ((struct err){ ERR_OK, "" })

/* Set @err from @fmt (looked up in the message catalogue). Returns @code. @err may be NULL. */
int err_set(struct err *err, enum err_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* 0, 1, 2, 65, 66, 69, 70 or 75: a wrong configuration is a usage error, a full disk may pass. */
int err_exit(enum err_code code);

/* Put a place in front, "place: cause"; the cause is never cut, a place may be. Returns the code. */
int err_at(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
