/* SPDX-License-Identifier: Apache-2.0 */
/*
 * asterisk_queue.h: for the adapter whose live connection reads the queue_log as soon as
 * something happens (source_asterisk_ami.c).
 */
#ifndef OPINIA_COLLECTOR_ASTERISK_QUEUE_H
#define OPINIA_COLLECTOR_ASTERISK_QUEUE_H

#include "collector/log_source.h"

/* As adapter_asterisk_queue.open, under another adapter's name and path. */
int asterisk_queue_open(struct source **out, const struct adapter *adapter,
			const struct source_config *config, const char *path,
			struct err *err);

#endif
