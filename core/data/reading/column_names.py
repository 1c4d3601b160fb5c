"""What columns are often called that hold texts, labels and ids; in small letters."""

TEXT_NAMES = ("question_text", "text", "comment_text", "comment", "tweet", "message", "sentence")
LABEL_NAMES = ("target", "label", "labels", "class", "category", "toxic", "sentiment", "y")
ID_NAMES = ("qid", "id", "uid", "row_id")
ACCEPTED = "accepted label"
"""The column with what people accepted in a labelling tool that also keeps what they did not."""
