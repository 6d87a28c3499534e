# Known answers that ship with Topline: every case goes through here. Run from the repository root.
cases <- list()
data_sets <- list()

# One known answer. Numbers in `expected` are R's; text is as printed; NA is "not estimable".
add_case <- function(method, case, arguments, expected, tolerance = 1e-8, source = NULL) {
  expected <- lapply(expected, function(x) {
    if (is.numeric(x) && length(x) == 1 && is.infinite(x)) return(if (x > 0) "inf" else "-inf")
    x
  })
  one <- list(method = method, case = case, arguments = arguments, expected = expected,
              tolerance = tolerance)
  if (!is.null(source)) one$source <- source
  cases[[length(cases) + 1]] <<- one
}

# Columns that the arguments name as "@name.column".
add_data <- function(name, columns) data_sets[[name]] <<- as.list(columns)

write_cases <- function(name, packages) {
  script <- file.path("tests/reference/r", paste0(name, ".R"))
  made_by <- c(
    list(R = paste(R.version$major, R.version$minor, sep = ".")),
    sapply(packages, function(p) as.character(packageVersion(p)), simplify = FALSE)
  )
  content <- list(
    provenance = list(script = script, md5 = unname(tools::md5sum(script)), made_by = made_by),
    data = if (length(data_sets)) data_sets else setNames(list(), character()),
    cases = cases
  )
  jsonlite::write_json(content, file.path("src/topline/validation/references", paste0(name, ".json")),
                       auto_unbox = TRUE, digits = NA, na = "null", null = "null", pretty = FALSE)
}
