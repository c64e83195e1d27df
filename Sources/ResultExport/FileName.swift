/// What exports are called within a run's directory.
public enum FileName {
  public static let database = "results.sqlite"
  public static let statistics = "results.csv"
  public static let tailPaths = "tail-paths.csv"
  public static let dictionary = "data-dictionary.csv"
  public static let paths = "paths.csv"
}
