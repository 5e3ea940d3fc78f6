"""What a language model knows of users and items, brought into rankers and predictors of ratings."""
