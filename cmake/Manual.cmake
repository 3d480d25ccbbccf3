# Man pages out of docs/man/*.scd.
find_program(SCDOC scdoc REQUIRED)
file(GLOB PAGES CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/man/*.scd)
foreach(PAGE IN LISTS PAGES)
  get_filename_component(MAN ${PAGE} NAME_WLE)
  set(OUT ${CMAKE_BINARY_DIR}/man/${MAN})
  add_custom_command(
    OUTPUT ${OUT}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/man
    COMMAND sh -c "\"$1\" < \"$2\" > \"$3\"" sh ${SCDOC} ${PAGE} ${OUT}
    DEPENDS ${PAGE} VERBATIM)
  list(APPEND MANUAL ${OUT})
endforeach()
add_custom_target(manual ALL DEPENDS ${MANUAL})
