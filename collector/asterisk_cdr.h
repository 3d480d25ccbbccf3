/* SPDX-License-Identifier: Apache-2.0 */
/* asterisk_cdr.h: as asterisk_queue.h, for the other log that a live connection may read. */
#ifndef OPINIA_COLLECTOR_ASTERISK_CDR_H
#define OPINIA_COLLECTOR_ASTERISK_CDR_H

#include "collector/log_source.h"

int asterisk_cdr_open(struct source **out, const struct adapter *adapter,
		      const struct source_config *config, const char *path,
		      struct err *err);

#endif
