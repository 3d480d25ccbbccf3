/* SPDX-License-Identifier: Apache-2.0 */
/*
 * configured.h: the sources of opinia.conf, opened with what they need of this program: folders of
 * maps, the place of what is no record, the child that takes mails apart, the signal to stop.
 * `collect`, `sources` and `serve` share it.
 */
#ifndef OPINIA_CLI_CONFIGURED_H
#define OPINIA_CLI_CONFIGURED_H

#include "cli/program.h"
#include "collector/opinia_collector.h"

struct configured_sources {
	struct collect_env env;
	struct opinia_sources *sources;
};

/* @write: what is no record may be put into STORE/rejected. @cancel may be NULL. */
int configured_open(struct configured_sources *c, struct program *p,
		    const struct cancel *cancel, bool write, struct err *err);
void configured_close(struct configured_sources *c);

/* Where opinia-mime is: beside the program, or where it is installed. */
const char *configured_mime(struct program *p);

/* SIGTERM and SIGINT ask @stop; SIGHUP asks it too, and asked_again() is then true once. */
void configured_signals(struct cancel *stop);
bool configured_asked_again(void);

#endif
