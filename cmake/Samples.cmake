# The sentences that the lexicons ship as a table in C: how letters follow each other is learned from
# them (store/packer.h). A new store keeps a copy, so changing them touches new stores only.
file(GLOB SAMPLE_TEXTS CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/lexicons/*/text.txt)
list(FILTER SAMPLE_TEXTS EXCLUDE REGEX "/und/") # of languages that are not ours
set(SAMPLES ${CMAKE_BINARY_DIR}/sentences.c)
add_custom_command(
  OUTPUT ${SAMPLES}
  COMMAND awk -f ${PROJECT_SOURCE_DIR}/cmake/samples.awk ${SAMPLE_TEXTS} > ${SAMPLES}
  DEPENDS ${PROJECT_SOURCE_DIR}/cmake/samples.awk ${SAMPLE_TEXTS}
  COMMENT "Turning sentences into a table" VERBATIM)
target_sources(opinia_store PRIVATE ${SAMPLES})
